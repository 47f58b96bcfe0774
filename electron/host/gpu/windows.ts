/** Every maker's cards on Windows, by the system's own counters: one PowerShell that goes on and answers when it is asked. */
import { nothing, type Reading } from '../../core/gpu/reading.ts';
import { parseWindowsCounters } from '../../core/gpu/windows-counters.ts';
import { findTool } from './places.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { type RunningTool, startTool } from './tool.ts';

/** The counters' classes take a while when they are asked for the first time. */
const FIRST = 20_000;

export function windowsSource(places: GpuPlaces): GpuSourceRunner {
  let shell: { readonly tool: RunningTool; answered: boolean } | null = null;
  let answer: (line: string | null) => void = () => {};

  function begin(file: string): NonNullable<typeof shell> {
    const tool = startTool(file, ['-NoProfile', '-NonInteractive', '-Command', SCRIPT]);
    const mine = { tool, answered: false };
    tool.onLine((line) => answer(line));
    void tool.ended.then(() => {
      if (shell !== mine) return;
      shell = null;
      answer(null);
    });
    return mine;
  }

  function rest(): void {
    const last = shell;
    shell = null;
    last?.tool.kill();
  }

  return {
    vendor: 'windows',
    rest,
    async look(everyMs): Promise<Reading> {
      const file = await findTool('powershell.exe', places);
      if (file === null) return nothing('windows', 'no_tool', 'There is no PowerShell to ask Windows with.');
      shell ??= begin(file);
      const mine = shell;
      let timer: NodeJS.Timeout | undefined;
      const line = await new Promise<string | null>((resolve) => {
        answer = resolve;
        timer = setTimeout(resolve, mine.answered ? places.patienceMs : Math.max(FIRST, places.patienceMs), null);
        mine.tool.tell('look');
      });
      clearTimeout(timer);
      const counted = line === null ? null : parseWindowsCounters(line);
      if (counted === null) {
        mine.tool.kill('it did not answer in time and was ended');
        if (shell === mine) shell = null;
        return nothing(
          'windows',
          'broken',
          `Windows’ counters can’t be read: ${line ?? (await mine.tool.ended).reason}.`,
        );
      }
      mine.answered = true;
      if (everyMs === null) rest();
      if (counted.gpus.length === 0) return nothing('windows', 'absent', null);
      return { vendor: 'windows', state: 'ok', reason: null, ...counted };
    },
  };
}

/**
 * Classes and properties of WMI have English names in every language of Windows, unlike the counters of `Get-Counter`; numbers are
 * written without regard to the user's country. It ends with its stdin.
 */
const SCRIPT = `
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
$cards = @(Get-ChildItem 'HKLM:\\SOFTWARE\\Microsoft\\DirectX' -ErrorAction SilentlyContinue | ForEach-Object {
  $p = Get-ItemProperty $_.PSPath
  if ($p.AdapterLuid) { @{ luid = $p.AdapterLuid; name = $p.Description; vendor = $p.VendorId; memory = $p.DedicatedVideoMemory; shared = $p.SharedSystemMemory } }
})
$class = 'Win32_PerfFormattedData_GPUPerformanceCounters_'
while ($null -ne [Console]::In.ReadLine()) {
  $adapters = @(Get-CimInstance ($class + 'GPUAdapterMemory') | ForEach-Object { @{ name = $_.Name; dedicated = $_.DedicatedUsage; shared = $_.SharedUsage } })
  $engines = @(Get-CimInstance ($class + 'GPUEngine') | ForEach-Object { @{ name = $_.Name; busy = $_.UtilizationPercentage } })
  $processes = @(Get-CimInstance ($class + 'GPUProcessMemory') | Where-Object { $_.DedicatedUsage -gt 0 } | ForEach-Object { @{ name = $_.Name; dedicated = $_.DedicatedUsage } })
  ConvertTo-Json -Compress -Depth 3 @{ cards = $cards; adapters = $adapters; engines = $engines; processes = $processes }
}
`;
