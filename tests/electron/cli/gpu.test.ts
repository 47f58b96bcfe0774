import { describe, expect, it } from 'vitest';
import { gpuDocument, gpuText } from '../../../electron/cli/gpu.ts';
import { GPU_SAMPLE, NO_GPU } from '../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../fixtures/system/sample.ts';

describe('stackyard gpu, for people', () => {
  it('shows cards, then processes with their engines, unknowns as a dash', () => {
    expect(gpuText(GPU_SAMPLE, null)).toBe(
      [
        'GPU       NAME                     BUSY  MEMORY             TEMPERATURE  POWER         FAN',
        'nvidia 0  NVIDIA GeForce RTX 4090  63 %  16 GiB of 24 GiB   61 °C        287 of 450 W  44 %',
        'nvidia 1  NVIDIA RTX A2000 12GB    2 %   819 MiB of 12 GiB  38 °C        –             –',
        '',
        'GPU       PID    PROGRAM       MEMORY   ENGINE',
        'nvidia 0  20413  llama-server  9.0 GiB  llama',
        'nvidia 0  1184   ollama        5.2 GiB  ollama',
        'nvidia 0  30551  VLLM::Worker  1.3 GiB  qwen-vllm, outlived its stop',
        'nvidia 0  2202   Xorg          410 MiB  –',
        'nvidia 1  5120   blender       614 MiB  –',
        '',
      ].join('\n'),
    );
  });

  it('says in words that there is no card, and why one can’t be read', () => {
    expect(gpuText(NO_GPU, null)).toBe(
      'No graphics card. Neither a card nor a tool of NVIDIA, AMD or Intel is there. Models run on the processor.\n',
    );
    const reason = 'nvidia-smi fails: no driver\u001b[31m (exit code 9).';
    const broken = gpuText({ ...NO_GPU, sources: [{ vendor: 'nvidia', state: 'broken', reason }] }, null);
    expect(broken).toBe('NVIDIA can’t be read. nvidia-smi fails: no driver·[31m (exit code 9).\n');
    const beside = gpuText({ ...GPU_SAMPLE, sources: [{ vendor: 'amd', state: 'broken', reason: 'No.' }] }, null);
    expect(beside.split('\n').at(-2)).toBe('AMD can’t be read. No.');
  });

  it('shows the machine and what engines take of it', () => {
    expect(gpuText(NO_GPU, SYSTEM_SAMPLE).split('\n').slice(2)).toEqual([
      'CPU               MEMORY            SWAP                MODEL DISK FREE     POWER',
      '23 % of 16 cores  22 GiB of 63 GiB  307 MiB of 8.0 GiB  212 GiB of 953 GiB  mains',
      '',
      'ENGINE  CPU    MEMORY   MAPPED FILES  THREADS  PROCESSES  RUNS FOR',
      'llama   183 %  1.8 GiB  2.4 GiB       18       3          6 h',
      'ollama  3 %    1.1 GiB  0 B           31       2          1 min',
      '',
    ]);
    const unknown = { ...SYSTEM_SAMPLE, cpu: null, memory_used: null, swap_total: 0, disks: [], on_battery: null };
    expect(gpuText(NO_GPU, { ...unknown, engines: [] }).split('\n')[3]).toBe(
      '– of 16 cores  – of 63 GiB  none  –                –',
    );
  });
});

describe('stackyard gpu, for programs', () => {
  it('has the contract’s fields, in its order', () => {
    const document = JSON.parse(JSON.stringify(gpuDocument(GPU_SAMPLE, SYSTEM_SAMPLE)));
    expect(Object.keys(document).slice(0, 3)).toEqual(['gpus', 'processes', 'sources']);
    expect(Object.keys(document.gpus[0])).toEqual(
      'vendor index uuid name bus utilization memory_used memory_total temperature power power_limit fan unified'.split(
        ' ',
      ),
    );
    expect(Object.keys(document.processes[0])).toEqual(['pid', 'name', 'gpu', 'memory', 'engine', 'survivor']);
    expect(Object.keys(document.sources[0])).toEqual(['vendor', 'state', 'reason']);
  });
});
