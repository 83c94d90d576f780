// The device under test: a node-opcua server that is told on its standard input what to show.
// See Process in drivertest for the protocol, and node_test.go for the environment it reads.
"use strict";
const say = (line) => process.stdout.write(`${line}\n`);
console.log = console.error; // the library prints there, and the standard output is the protocol's
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const opcua = require("node-opcua");
const { JobControl } = require("./jobs.js");
const { DataType, Variant, VariantArrayType, StatusCode } = opcua;

const options = JSON.parse(process.env.DEVICE_OPTIONS || "{}");
const folder = process.env.DEVICE_FOLDER;

const policies = {
  None: opcua.SecurityPolicy.None,
  Basic256Sha256: opcua.SecurityPolicy.Basic256Sha256,
  Aes128_Sha256_RsaOaep: opcua.SecurityPolicy.Aes128_Sha256_RsaOaep,
  Aes256_Sha256_RsaPss: opcua.SecurityPolicy.Aes256_Sha256_RsaPss,
};

async function store(name, trusting) {
  const manager = new opcua.OPCUACertificateManager({
    rootFolder: path.join(folder, name),
    automaticallyAcceptUnknownCertificate: trusting,
    disableFileWatchers: true,
  });
  await manager.initialize();
  return manager;
}

function value(type, text) {
  switch (DataType[type]) {
    case DataType.Boolean:
      return text === "true";
    case DataType.Int64:
    case DataType.UInt64:
      return split(BigInt.asUintN(64, BigInt(text)));
    case DataType.DateTime:
      return new Date(text);
    case DataType.ByteString:
      return Buffer.from(text, "base64");
    case DataType.LocalizedText:
      return opcua.coerceLocalizedText({ locale: "en", text });
    case DataType.QualifiedName:
      return { namespaceIndex: 1, name: text };
    case DataType.NodeId:
      return opcua.resolveNodeId(text);
    case DataType.StatusCode:
      return opcua.StatusCodes[text];
    case DataType.String:
    case DataType.Guid:
    case DataType.XmlElement:
      return text;
  }
  return Number(text); // "NaN" and "Infinity" too
}

// split gives the two halves in which node-opcua keeps 64-bit integers.
function split(n) {
  return [Number(n >> 32n), Number(n & 0xffffffffn)];
}

function variant(type, text) {
  if (type.endsWith("[]")) {
    const dataType = type.slice(0, -2);
    return new Variant({ dataType: DataType[dataType], arrayType: VariantArrayType.Array, value: text.split(",").map((t) => value(dataType, t)) });
  }
  return new Variant({ dataType: DataType[type], arrayType: VariantArrayType.Scalar, value: value(type, text) });
}

// The types that signals have when a command does not name one.
const usual = { bool: "Boolean", int: "Int32", uint: "UInt32", float: "Double", text: "String" };

class Plant {
  constructor(server) {
    this.server = server;
    const space = server.engine.addressSpace;
    for (const uri of options.namespaces || []) space.registerNamespace(uri);
    this.namespace = space.registerNamespace("urn:millwright:test-device");
    this.folder = this.namespace.addObject({ organizedBy: space.rootFolder.objects, browseName: "Device", nodeId: "s=Device" });
    this.space = space;
    this.types = {};
    this.requests = {};
    server.on("request", (request) => {
      const name = request.constructor.name;
      this.requests[name] = (this.requests[name] || 0) + 1;
    });
  }

  add({ name, type = "Double", value = "0", declared, readonly }) {
    const v = variant(type, value);
    const node = this.namespace.addVariable({
      componentOf: this.folder,
      browseName: name,
      nodeId: `s=${name}`,
      dataType: declared || type.replace("[]", ""),
      valueRank: type.endsWith("[]") ? 1 : declared === "BaseDataType" ? -2 : -1,
      arrayDimensions: type.endsWith("[]") ? [0] : undefined,
      accessLevel: readonly ? "CurrentRead" : "CurrentRead | CurrentWrite",
      userAccessLevel: readonly ? "CurrentRead" : "CurrentRead | CurrentWrite",
      minimumSamplingInterval: 10,
    });
    node.setValueFromSource(v);
    this.types[name] = type;
  }

  // stuck adds a signal whose writes are answered with a status, as a gateway does for what stands behind it.
  stuck({ name, value }) {
    const v = variant("Double", "0");
    this.namespace.addVariable({
      componentOf: this.folder,
      browseName: name,
      nodeId: `s=${name}`,
      dataType: "Double",
      value: { get: () => v, set: () => opcua.StatusCodes[value] },
    });
  }

  // object adds a node that has no value.
  object({ name }) {
    this.namespace.addObject({ componentOf: this.folder, browseName: name, nodeId: `s=${name}` });
  }

  // job lets the machine itself move a job order to a state; an order that is gone has left its list.
  job({ name, value }) {
    this.jobs.move(name, value);
  }

  // forget deletes all subscriptions and keeps their sessions.
  forget() {
    for (const session of Object.values(this.server.engine._sessions)) {
      for (const s of [...session.publishEngine.subscriptions]) session.deleteSubscription(s.id);
    }
  }

  find(name) {
    const node = this.space.findNode(`ns=${this.namespace.index};s=${name}`);
    if (!node) throw new Error(`there is no signal ${name}`);
    return node;
  }

  set({ name, kind, type, value = "", quality = 0, time }) {
    if (type) this.types[name] = type;
    const status = quality === 0 ? opcua.StatusCodes.Good : statusOf(quality);
    this.find(name).setValueFromSource(variant(this.types[name] || usual[kind], value), status, time ? new Date(time / 1000) : new Date());
  }

  remove({ name }) {
    this.space.deleteNode(this.find(name));
  }

  // hall adds folders, f0 to f<value-1>, with twenty signals each; the first two have 2050 instead.
  hall({ value }) {
    for (let f = 0; f < Number(value); f++) {
      const folder = this.namespace.addObject({ componentOf: this.folder, browseName: `f${f}`, nodeId: `s=f${f}` });
      for (let i = 0; i < (f < 2 ? 2050 : 20); i++) {
        this.namespace.addVariable({ componentOf: folder, browseName: `v${i}`, nodeId: `s=f${f}.v${i}`, dataType: "Double" });
      }
    }
  }

  // press adds a machine of the PackML model (OPC 30050), which shows its state as PackTags do, too.
  press({ name }) {
    const model = this.space.getNamespaceIndex("http://opcfoundation.org/UA/PackML/");
    const press = this.space.findObjectType("PackMLBaseObjectType", model).instantiate({ namespace: this.namespace, browseName: name, organizedBy: this.space.rootFolder.objects });
    this.namespace.addVariable({ componentOf: press.getComponentByName("Status", model), browseName: "StateCurrent", nodeId: `s=${name}.StateCurrent`, dataType: "Int32" });
  }

  // atmost fails when there were more requests of a kind than it says since it was asked before.
  atmost({ name, value }) {
    const n = this.requests[name] || 0;
    this.requests = {};
    if (n > Number(value)) throw new Error(`there were ${n}`);
  }

  // many adds a lot of signals, m0 to m<value-1>, that change ten times a second.
  many({ value }) {
    const n = Number(value);
    for (let i = 0; i < n; i++) this.add({ name: `m${i}` });
    let round = 0;
    setInterval(() => {
      round++;
      for (let i = 0; i < n; i++) this.find(`m${i}`).setValueFromSource(new Variant({ dataType: DataType.Double, value: round }));
    }, 1000).unref();
  }
}

function statusOf(code) {
  for (const s of Object.values(opcua.StatusCodes)) if (s.value === code >>> 0) return s;
  return new StatusCode({ value: code, name: "Other", description: "" });
}

async function main() {
  const own = { certificateFile: path.join(folder, "server.pem"), privateKeyFile: path.join(folder, "server.key") };
  const pair = fs.existsSync(own.certificateFile) ? own : {};
  const server = new opcua.OPCUAServer({
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    port: Number(process.env.DEVICE_PORT),
    ...pair, // none: the server makes its own
    serverCertificateManager: await store("pki", !options.distrust),
    userCertificateManager: await store("users", !options.distrust),
    securityPolicies: (options.policies || ["None"]).map((name) => policies[name]),
    securityModes: (options.modes || ["None"]).map((name) => opcua.MessageSecurityMode[name]),
    allowAnonymous: options.anonymous !== false,
    userManager: { isValidUser: (name, password) => name === "operator" && password === "s3cret ä" },
    defaultSecureTokenLifetime: options.lifetime || 600000,
    serverInfo: { applicationUri: "urn:millwright:test-device:server" },
    serverCapabilities: { operationLimits: options.limits || {}, maxSessions: options.sessions || 100, maxBrowseContinuationPoints: options.points || 0 },
    disableDiscovery: false,
    ...(options.packml ? { nodeset_filename: [opcua.nodesets.standard, opcua.nodesets.packML] } : {}),
    ...(options.jobs ? { nodeset_filename: [opcua.nodesets.standard, opcua.nodesets.isa95JobControl] } : {}),
  });
  await server.initialize();
  const plant = new Plant(server);
  plant.add({ name: "a" });
  plant.add({ name: "b" });
  if (options.jobs) plant.jobs = new JobControl(plant.space, plant.namespace, plant.folder);
  await server.start();
  process.on("SIGTERM", () => server.shutdown(0).then(() => process.exit(0)));
  say("ready");
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    try {
      const command = JSON.parse(line);
      plant[command.op](command);
      say("ok");
    } catch (error) {
      say(String(error.message).replaceAll("\n", " "));
    }
  }).on("close", () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
