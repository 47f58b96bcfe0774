/** The few questions and messages that are asked outside the page. */
import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';

/** Whether to quit although requests are in flight. */
export async function askToQuit(inFlight: number, parent: BrowserWindow | null): Promise<boolean> {
  const question: MessageBoxOptions = {
    type: 'warning',
    title: 'Quit Stackyard',
    message: inFlight === 1 ? 'One request is in flight.' : `${inFlight} requests are in flight.`,
    detail: 'They are given a moment to finish, then they are cut. The engines that Stackyard started are stopped.',
    buttons: ['Quit', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const visible = parent?.isVisible() ? parent : null;
  const { response } = await (visible ? dialog.showMessageBox(visible, question) : dialog.showMessageBox(question));
  return response === 0;
}

/** Says why the app can't start; on stderr only when nobody looks. */
export async function tellCannotStart(message: string, hint: string | null, hidden: boolean): Promise<void> {
  console.error(`Stackyard: ${message}${hint === null ? '' : ` ${hint}`}`);
  if (hidden) return;
  await dialog.showMessageBox({
    type: 'error',
    title: 'Stackyard',
    message,
    ...(hint === null ? {} : { detail: hint }),
    buttons: ['Close'],
    noLink: true,
  });
}
