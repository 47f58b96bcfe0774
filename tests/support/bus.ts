import { Message, type MessageBus, sessionBus, type Variant } from '@particle/dbus-next';

/** What a service gives back: a D-Bus signature and the values. `null` means that it has no such method. */
export type Answer = { signature: string; body: unknown[] } | null;

export interface Bus {
  /** Calls a method of another program. */
  call(
    destination: string,
    path: string,
    face: string,
    member: string,
    signature?: string,
    body?: unknown[],
  ): Promise<unknown[]>;
  /** One property, out of its variant. */
  get(destination: string, path: string, face: string, property: string): Promise<unknown>;
  /** All properties, out of their variants. */
  getAll(destination: string, path: string, face: string): Promise<Record<string, unknown>>;
  /** Takes a well-known name and answers the calls to one interface; errors when another program has the name. */
  serve(
    name: string,
    face: string,
    answer: (member: string, body: unknown[], sender: string) => Answer,
  ): Promise<void>;
  /** Sends a signal to everyone. */
  signal(path: string, face: string, member: string, signature: string, body: unknown[]): void;
  /** Calls back with each signal of an interface, from any program. */
  listen(face: string, heard: (member: string, body: unknown[], sender: string) => void): Promise<void>;
  close(): void;
}

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const DAEMON = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus'] as const;
const PRIMARY_OWNER = 1;
const DO_NOT_QUEUE = 4;

/** A connection to the session bus that `DBUS_SESSION_BUS_ADDRESS` names. */
export function connectBus(): Bus {
  const bus: MessageBus = sessionBus();
  const bus_: Bus = {
    async call(destination, path, face, member, signature = '', body = []) {
      const reply = await bus.call(new Message({ destination, path, interface: face, member, signature, body }));
      return reply?.body ?? [];
    },
    async get(destination, path, face, property) {
      const [value] = await bus_.call(destination, path, PROPERTIES, 'Get', 'ss', [face, property]);
      return (value as Variant).value;
    },
    async getAll(destination, path, face) {
      const [all] = await bus_.call(destination, path, PROPERTIES, 'GetAll', 's', [face]);
      return unwrap(all as Record<string, Variant>);
    },
    async serve(name, face, answer) {
      bus.addMethodHandler((message: Message) => {
        const properties = message.interface === PROPERTIES && message.body[0] === face;
        if (message.interface !== face && !properties) return false;
        const found = answer(
          properties ? String(message.body[1] ?? '*') : message.member,
          message.body,
          message.sender,
        );
        if (found === null) return false;
        bus.send(Message.newMethodReturn(message, found.signature, found.body));
        return true;
      });
      const [reply] = await bus_.call(...DAEMON, 'RequestName', 'su', [name, DO_NOT_QUEUE]);
      if (reply !== PRIMARY_OWNER)
        throw new Error(`${name} is taken on this session bus: is a desktop running on it?`);
    },
    signal(path, face, member, signature, body) {
      bus.send(Message.newSignal(path, face, member, signature, body));
    },
    async listen(face, heard) {
      bus.on('message', (message: Message) => {
        if (message.interface === face && isSignal(message)) heard(message.member, message.body, message.sender);
      });
      await bus_.call(...DAEMON, 'AddMatch', 's', [`type='signal',interface='${face}'`]);
    },
    close: () => bus.disconnect(),
  };
  return bus_;
}

/** A dictionary of variants as an object of values. */
export const unwrap = (values: Record<string, Variant>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, variant]) => [key, variant.value]));

/** The library's enum is a type only; 4 is D-Bus's number for a signal. */
const isSignal = (message: Message): boolean => Number(message.type) === 4;
