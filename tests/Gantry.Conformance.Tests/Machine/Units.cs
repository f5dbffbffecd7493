namespace Gantry.Conformance.Machine;

/// <summary>What systemd knows of its units.</summary>
public static class Units
{
    public static async Task<string> Property(string unit, string name) =>
        (await Command.Run(Path.GetTempPath(), ["systemctl", "show", "--value", "--property", name, unit])).Succeeded();

    public static async Task Reload() => (await Command.Run(Path.GetTempPath(), ["systemctl", "daemon-reload"])).Succeeded();

    /// <summary>Ends what a runtime should not have left.</summary>
    public static Task Stop(string unit) => Command.Run(Path.GetTempPath(), ["systemctl", "stop", unit]);
}
