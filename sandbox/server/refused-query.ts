/** A call whose response has `Meta.Errors`, in the forms recorded at Redox. */

const FAULTS = {
  malformedJson: { id: 84600010, type: 'message', module: 'Receive' },
  invalidMessage: { id: 84600011, type: 'message', module: 'Validation' },
  dataModels: { id: 84600012, type: 'message', module: 'DataModels' },
  subscriptions: { id: 84600013, type: 'message', module: 'Subscriptions' },
  transmission: { id: 84600014, type: 'transmission', module: 'Send' },
  oversize: { id: 84600015, type: 'message', module: 'Size' },
} as const;

export class RefusedQuery extends Error {
  readonly status: number;
  /** An entry of `Meta.Errors`. */
  readonly entry: {
    readonly ID: number;
    readonly Text: string;
    readonly Type: string;
    readonly Module: string;
  };

  constructor(status: number, fault: keyof typeof FAULTS, text: string) {
    super(text);
    this.name = 'RefusedQuery';
    const { id, type, module } = FAULTS[fault];
    this.status = status;
    this.entry = { ID: id, Text: text, Type: type, Module: module };
  }
}
