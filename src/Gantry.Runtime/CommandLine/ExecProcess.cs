using System.Globalization;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.CommandLine;

/// <summary>What <c>exec</c> shall run: a file's process, or the container's own with what the options change.</summary>
internal static class ExecProcess
{
    /// <param name="spec">The container's.</param>
    public static OciProcess From(OptionParser options, OciSpec spec)
    {
        if (options["process"] is { } file) return InputFile.Read(file, ProcessReader.Read);
        string[] command = options.Arguments[1..];
        if (command is ["--", .. var rest]) command = rest;
        if (command is []) throw GantryException.Invalid("exec: process args cannot be empty");
        OciProcess basis = spec.Process ?? throw GantryException.Invalid("process property must not be empty");
        IReadOnlyList<string> caps = options.All("cap");
        return basis with
        {
            Terminal = options.Has("tty"),
            ConsoleSize = null,
            Args = command,
            Env = [.. basis.Env ?? [], .. options.All("env")],
            Cwd = options["cwd"] ?? basis.Cwd,
            User = User(options, basis.User),
            NoNewPrivileges = basis.NoNewPrivileges || options.Has("no-new-privs"),
            ApparmorProfile = options["apparmor"] ?? basis.ApparmorProfile,
            SelinuxLabel = options["process-label"] ?? basis.SelinuxLabel,
            Capabilities = caps.Count == 0 ? basis.Capabilities : With(basis.Capabilities ?? new OciCapabilities(), caps),
        };
    }

    private static OciUser User(OptionParser options, OciUser basis)
    {
        IReadOnlyList<string> groups = options.All("additional-gids");
        if (groups.Count > 0)
            basis = basis with { AdditionalGids =
                [.. basis.AdditionalGids ?? [], .. groups.Select(static group => Number("additional-gids", group, "gid"))] };
        if (options["user"] is not { } text) return basis;
        string[] parts = text.Split(':', 2);
        return basis with { Uid = Number("user", parts[0], "uid"), Gid = parts.Length > 1 ? Number("user", parts[1], "gid") : basis.Gid,
            Username = null };
    }

    private static uint Number(string option, string text, string what) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : throw GantryException.Invalid($"{option}: parsing {text} as int for {what} failed");

    private static OciCapabilities With(OciCapabilities sets, IReadOnlyList<string> added) => sets with
    {
        Bounding = [.. sets.Bounding ?? [], .. added],
        Effective = [.. sets.Effective ?? [], .. added],
        Permitted = [.. sets.Permitted ?? [], .. added],
    };
}
