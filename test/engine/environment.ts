/** The environment of a project in a folder of its own, of which nothing is shared with the surroundings but the programs on PATH. */
export function environmentOf(folder: string, serverUrl: string) {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    PULUMI_HOME: `${folder}/.home`,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    OPENMETER_URL: serverUrl,
  };
}
