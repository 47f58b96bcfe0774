import { useEffect, useState } from 'react';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { day } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Note } from '../../ui/note.tsx';
import { toast } from '../../ui/toasts.ts';
import { LineDiff } from './compare-dialog.tsx';
import { type Opened, planRestore } from './history-store.ts';
import { PlanList } from './plan-list.tsx';

interface Props {
  readonly opened: Opened;
  readonly onClose: () => void;
  readonly onRestored: () => void;
}

/** What putting an old version back would do, and the button that does exactly that. */
export function RestoreDialog({ opened, onClose, onRestored }: Props) {
  const [asked, setAsked] = useState<Awaited<ReturnType<typeof planRestore>> | null>(null);
  const [refused, setRefused] = useState<Cause | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let gone = false;
    void planRestore(opened).then((answer) => !gone && setAsked(answer));
    return () => {
      gone = true;
    };
  }, [opened]);

  const plan = asked && 'plan' in asked ? asked.plan : null;
  const failure = refused ?? (asked && 'code' in asked ? asked : null);
  const error = plan?.findings.find((finding) => finding.severity === 'error');

  async function restore(): Promise<void> {
    if (!asked || !('plan' in asked)) return;
    setBusy(true);
    const { revision } = opened.version;
    const reply = await bridge().call('config.rollback', { revision, if_revision: asked.ifRevision });
    setBusy(false);
    if (!reply.ok) return setRefused(reply.error);
    toast(`The config of ${day(opened.version.at)} is back`);
    onRestored();
  }

  return (
    <Modal
      open
      wide
      onClose={onClose}
      title={`Restore ${opened.version.revision}?`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!plan?.plan || busy || refused !== null} onClick={() => void restore()}>
            {busy ? 'Restoring…' : 'Restore'}
          </Button>
        </>
      }
    >
      <div className="restore">
        {failure && (
          <Note tone="failed" title={failure.message}>
            {failure.hint}
          </Note>
        )}
        {error && (
          <Note tone="failed" title={`Line ${error.line}: ${error.message}`}>
            This version can’t run any more. {error.hint}
          </Note>
        )}
        {plan?.plan &&
          (plan.plan.changed ? (
            <PlanList plan={plan.plan} label="What restoring would do" />
          ) : (
            <p className="dim">Nothing that runs would change.</p>
          ))}
        {!asked && <p className="dim">Asking what that would do…</p>}
        <h3>What changes in the file</h3>
        <LineDiff before={opened.file.text} after={opened.version.text} />
      </div>
    </Modal>
  );
}
