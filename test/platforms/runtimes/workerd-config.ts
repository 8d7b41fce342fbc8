/**
 * The configuration of a workerd that serves that module on a free port of 127.0.0.1, reaches loopback, which it
 * by itself does not, and trusts that authority (PEM) besides the usual ones. Without Node's modules.
 */
export const workerdConfig = (
  module: string,
  authority: string,
): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "probe", worker = (
      modules = [(name = "worker.mjs", esModule = embed "${module}")],
      compatibilityDate = "2026-10-01",
    )),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true, trustedCertificates = [${JSON.stringify(authority)}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "probe")],
);
`;
