import './setup.css';
import { type ReactNode, useState } from 'react';
import { Notices } from '../../notice-list.tsx';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Brand } from '../../ui/brand.tsx';
import { ChooseStep } from './choose-step.tsx';
import { ConnectStep } from './connect-step.tsx';
import { TestStep } from './test-step.tsx';

type Step = 'choose' | 'test' | 'connect';

/** The first run: choose what was found, write the config, try it, connect an app. */
export function SetupPage() {
  const unset = useStack((s) => s.config.path === null);
  const [step, setStep] = useState<Step>(unset ? 'choose' : 'test');
  const frame = (main: ReactNode) => (
    <>
      <SetupHead step={step} />
      <Notices />
      {main}
    </>
  );
  switch (step) {
    case 'choose':
      return <ChooseStep frame={frame} onWritten={() => setStep('test')} />;
    case 'test':
      return <TestStep frame={frame} onNext={() => setStep('connect')} />;
    case 'connect':
      return <ConnectStep frame={frame} onBack={() => setStep('test')} onDone={() => go('overview')} />;
  }
}

const STEPS: readonly (readonly [Step, string])[] = [
  ['choose', '1 Choose'],
  ['test', '2 Test'],
  ['connect', '3 Connect an app'],
];

function SetupHead({ step }: { readonly step: Step }) {
  return (
    <div className="line" style={{ marginBottom: 20 }}>
      <Brand size={20} />
      <ol className="setup-steps" aria-label="Steps">
        {STEPS.map(([name, label]) => (
          <li key={name} aria-current={name === step ? 'step' : undefined}>
            {label}
          </li>
        ))}
      </ol>
    </div>
  );
}
