// A hall of machines: a node-opcua server with 10,000 values in 100 folders.
"use strict";
const say = (line) => process.stdout.write(`${line}\n`);
console.log = console.error; // the library prints there, and the standard output is for the test
const path = require("node:path");
const opcua = require(process.env.NODE_OPCUA);

async function main() {
  const serverCertificateManager = new opcua.OPCUACertificateManager({
    rootFolder: path.join(process.env.MACHINE_FOLDER, "pki"),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });
  await serverCertificateManager.initialize();
  const server = new opcua.OPCUAServer({
    hostname: "127.0.0.1",
    port: Number(process.env.MACHINE_PORT),
    serverInfo: { applicationUri: "urn:example:hall", productUri: "urn:example:hall" },
    serverCertificateManager,
  });
  await server.initialize();
  const own = server.engine.addressSpace.getOwnNamespace();
  const hall = own.addFolder("ObjectsFolder", { browseName: "Hall" });
  for (let m = 0; m < 100; m++) {
    const machine = own.addFolder(hall, { browseName: `Machine ${m}` });
    for (let n = 0; n < 100; n++) {
      own.addVariable({ componentOf: machine, browseName: `Reading ${m}.${n}`, nodeId: `s=reading.${m}.${n}`, dataType: "Double", value: { dataType: opcua.DataType.Double, value: m + n / 100 } });
    }
  }
  await server.start();
  process.stdin.on("end", () => process.exit(0)).resume();
  say("ready");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
