using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gantry.Tests.Shared;

/// <summary>
/// What a process has from whoever started it is the same in every run of the tests: environment, umask, ignored signals.
/// What one of them is about it sets itself.
/// </summary>
internal static partial class Surroundings
{
    private const int Default = 0, Ignored = 1, Pipe = 13, Child = 17, LastOrdinary = 31;

    private static readonly string[] OfProxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY"];

    // Of clients, registries, peers, and of a service manager that knows nothing of these programs.
    private static readonly string[] Removed =
    [
        "DOCKER_", "COMPOSE_", "BUILDKIT_", "CONTAINER_", "CONTAINERS_", "REGISTRY_", "STORAGE_",
        "NOTIFY_SOCKET", "LISTEN_", "WATCHDOG_", "TMPDIR", "XDG_", "COLUMNS", "LINES", "NO_COLOR",
    ];

    private static readonly string[] Administrators = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The proxies that were in the environment, for those few that really reach out: what installs a package.</summary>
    public static Dictionary<string, string?> Proxies { get; } = [];

    [ModuleInitializer]
    internal static void Set()
    {
        foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>().ToList())
        {
            if (OfProxies.Contains(name, StringComparer.OrdinalIgnoreCase)) Proxies[name] = Environment.GetEnvironmentVariable(name);
            else if (!Removed.Any(start => name.StartsWith(start, StringComparison.Ordinal))) continue;
            Environment.SetEnvironmentVariable(name, null);
        }
        // Whose /tmp cannot hold a container's root says where else.
        if (Environment.GetEnvironmentVariable("GANTRY_TESTS_TMPDIR") is { } temporary)
            Environment.SetEnvironmentVariable("TMPDIR", temporary);
        Environment.SetEnvironmentVariable("TZ", "UTC");
        Environment.SetEnvironmentVariable("LC_ALL", "C.UTF-8");
        // A shell that became root by su has no such directories.
        string path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        IEnumerable<string> missing = Administrators.Except(path.Split(':'));
        Environment.SetEnvironmentVariable("PATH", string.Join(':', missing.Prepend(path)));
        umask(0x12);
        for (int number = 1; number <= LastOrdinary; number++)
        {
            // The framework's own: it ignores the one and handles the other.
            if (number is Pipe or Child) continue;
            nint before = signal(number, Default);
            if (before != Ignored && before != -1) signal(number, before);
        }
    }

    [LibraryImport("libc")] private static partial uint umask(uint mask);

    // As nohup ignores SIGHUP, and a shell SIGINT for what it starts in the background; what these tests start would inherit it.
    [LibraryImport("libc")] private static partial nint signal(int number, nint handler);
}
