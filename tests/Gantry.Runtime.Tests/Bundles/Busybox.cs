using System.Diagnostics;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.Bundles;

/// <summary>A root filesystem with busybox alone, made once a test run.</summary>
public static class Busybox
{
    private static readonly Lazy<string> Made = new(Make);

    public static string Root => Made.Value;

    /// <summary>A plain container: own namespaces, no network but loopback.</summary>
    public static OciSpec Spec(string id, bool terminal, params IReadOnlyList<string> command) => new()
    {
        Process = Process(terminal, command),
        Root = new OciRoot { Path = "rootfs" },
        Hostname = "busybox",
        Mounts =
        [
            new() { Destination = "/proc", Type = "proc", Source = "proc" },
            new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs",
                Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new() { Destination = "/dev/pts", Type = "devpts", Source = "devpts",
                Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] },
        ],
        Linux = new OciLinux
        {
            CgroupsPath = $"/gantry-tests-{id}",
            Namespaces = [new() { Type = "pid" }, new() { Type = "mount" }, new() { Type = "ipc" }, new() { Type = "uts" },
                new() { Type = "network" }],
        },
    };

    public static OciProcess Process(bool terminal, params IReadOnlyList<string> command) => new()
    {
        Terminal = terminal,
        Args = command,
        Env = ["PATH=/bin", "TERM=xterm"],
        Cwd = "/",
        User = new OciUser(),
        Capabilities = new OciCapabilities { Bounding = ["CAP_KILL"], Effective = ["CAP_KILL"], Permitted = ["CAP_KILL"] },
        NoNewPrivileges = true,
    };

    private static string Make()
    {
        string root = Directory.CreateTempSubdirectory("gantry-busybox-").FullName;
        // Users without rights run in it too.
        File.SetUnixFileMode(root, (UnixFileMode)0x1ED);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        foreach (string name in (string[])["bin", "dev", "proc", "sys", "tmp", "etc"]) Directory.CreateDirectory(Path.Combine(root, name));
        string binary = Path.Combine(root, "bin/busybox");
        File.Copy("/bin/busybox", binary);
        using Process install = System.Diagnostics.Process.Start(binary, ["--install", "-s", Path.Combine(root, "bin")])!;
        install.WaitForExit();
        // busybox links to its own absolute path as it was outside.
        foreach (string link in Directory.GetFiles(Path.Combine(root, "bin")))
        {
            if (link == binary) continue;
            File.Delete(link);
            File.CreateSymbolicLink(link, "busybox");
        }
        return root;
    }
}
