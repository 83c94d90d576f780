// Job control of the device under test: a receiver of job orders and a provider of job responses, both made from the
// OPC Foundation's public nodeset of OPC 10031-4 version 2, with the state machine that the standard draws.
"use strict";
const opcua = require("node-opcua");
const { DataType, Variant, VariantArrayType, StatusCodes } = opcua;

const uri = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";
const numbers = { NotAllowedToStart: 1, AllowedToStart: 2, Running: 3, Interrupted: 4, Ended: 5, Aborted: 6 };
// From which states a method leads where.
const steps = {
  Start: { NotAllowedToStart: "AllowedToStart" },
  RevokeStart: { AllowedToStart: "NotAllowedToStart" },
  Pause: { Running: "Interrupted" },
  Resume: { Interrupted: "Running" },
  Stop: { Running: "Ended", Interrupted: "Ended" },
  Abort: { NotAllowedToStart: "Aborted", AllowedToStart: "Aborted", Running: "Aborted", Interrupted: "Aborted" },
  Cancel: { NotAllowedToStart: "", AllowedToStart: "" },
  Clear: { Ended: "", Aborted: "" },
};
const methods = ["Store", "StoreAndStart", "Update", ...Object.keys(steps)];
const noError = 1, unknownOrder = 1 << 1, invalidState = 1 << 3, cannotAccept = 1 << 4;

const verdict = (bits) => new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [0, bits] });

class JobControl {
  constructor(space, namespace, folder) {
    this.space = space;
    this.ns = space.getNamespaceIndex(uri);
    this.orders = new Map(); // id → { order, state }
    this.past = new Map(); // what became of those that are gone
    const make = (type, name) => space.findObjectType(type, this.ns).instantiate({ browseName: name, nodeId: `s=${name}`, namespace, organizedBy: folder, optionals: methods });
    this.receiver = make("ISA95JobOrderReceiverObjectType", "Receiver");
    this.provider = make("ISA95JobResponseProviderObjectType", "Provider");
    for (const name of ["Store", "StoreAndStart", "Update"]) this.bind(name, (order) => this[name](order));
    for (const name of Object.keys(steps)) this.bind(name, (id) => this.step(name, id));
    this.provider.getMethodByName("RequestJobResponseByJobOrderID").bindMethod((inputs, context, callback) => callback(null, this.answer(inputs[0].value)));
    this.show();
  }

  bind(name, does) {
    this.receiver.getMethodByName(name).bindMethod((inputs, context, callback) => {
      const status = does(inputs[0].value);
      this.show();
      const done = status === noError;
      callback(null, { statusCode: done ? StatusCodes.Good : StatusCodes.Uncertain, outputArguments: [verdict(status)] });
    });
  }

  Store(order, state = "NotAllowedToStart") {
    if (order.jobOrderID === "refused") return cannotAccept;
    if (this.orders.has(order.jobOrderID)) return invalidState;
    this.orders.set(order.jobOrderID, { order, state });
    return noError;
  }

  StoreAndStart(order) {
    return this.Store(order, "AllowedToStart");
  }

  Update(order) {
    const kept = this.orders.get(order.jobOrderID);
    if (!kept) return unknownOrder;
    kept.order = order;
    return noError;
  }

  step(name, id) {
    const kept = this.orders.get(id);
    if (!kept) return unknownOrder;
    const to = steps[name][kept.state];
    if (to === undefined) return invalidState;
    this.move(id, to || "gone");
    return noError;
  }

  move(id, state) {
    const kept = this.orders.get(id);
    if (!kept) throw new Error(`there is no job order ${id}`);
    if (state === "gone") {
      this.past.set(id, kept.state);
      this.orders.delete(id);
    } else {
      kept.state = state;
    }
    this.show();
  }

  state(name) {
    return this.make("ISA95StateDataType", { browsePath: { elements: [] }, stateText: { locale: "en", text: name }, stateNumber: numbers[name] });
  }

  make(type, fields) {
    return this.space.constructExtensionObject(this.space.findDataType(type, this.ns), fields);
  }

  show() {
    const list = [...this.orders.values()].map(({ order, state }) => this.make("ISA95JobOrderAndStateDataType", {
      jobOrder: order,
      state: state === "Interrupted" ? [this.state(state), this.held()] : [this.state(state)],
    }));
    this.receiver.getComponentByName("JobOrderList").setValueFromSource(new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: list }));
  }

  held() {
    const element = { referenceTypeId: "i=47", isInverse: false, includeSubtypes: true, targetName: { namespaceIndex: this.ns, name: "InterruptedSubstates" } };
    return this.make("ISA95StateDataType", { browsePath: { elements: [element] }, stateText: { locale: "en", text: "Held" }, stateNumber: 1 });
  }

  answer(id) {
    const state = this.orders.get(id)?.state || this.past.get(id);
    if (!state) return { statusCode: StatusCodes.Uncertain, outputArguments: [new Variant({}), verdict(unknownOrder)] };
    const answer = this.make("ISA95JobResponseDataType", { jobResponseID: `R-${id}`, description: { text: "as it went" }, jobOrderID: id, startTime: new Date(0), jobState: [this.state(state)] });
    return { statusCode: StatusCodes.Good, outputArguments: [new Variant({ dataType: DataType.ExtensionObject, value: answer }), verdict(noError)] };
  }
}

module.exports = { JobControl };
