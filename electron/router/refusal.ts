/** A request that can't be put in the words of the engine: said to the client as a 400 with this message. */
export class Untranslatable extends Error {}
