using System.Globalization;
using Gantry.Oci.Image;

namespace Gantry.Engine.Host;

/// <summary>What the host is: read once, at the daemon's start.</summary>
public sealed record HostFacts
{
    public required string Name { get; init; }
    public required string KernelVersion { get; init; }
    /// <summary>As people call it: <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public required string OperatingSystem { get; init; }
    public required string OperatingSystemVersion { get; init; }
    /// <summary>As uname has it: <c>x86_64</c>.</summary>
    public required string Machine { get; init; }
    /// <summary>As images have it: <c>amd64</c>.</summary>
    public required string Architecture { get; init; }
    public required int Processors { get; init; }
    /// <summary>Bytes.</summary>
    public required long Memory { get; init; }

    public static HostFacts Read()
    {
        Dictionary<string, string> release = OsRelease();
        return new HostFacts
        {
            Name = ReadLine("/proc/sys/kernel/hostname"),
            KernelVersion = ReadLine("/proc/sys/kernel/osrelease"),
            OperatingSystem = release.GetValueOrDefault("PRETTY_NAME", "Linux"),
            OperatingSystemVersion = release.GetValueOrDefault("VERSION_ID", ""),
            Machine = HostArchitecture.Machine,
            Architecture = HostArchitecture.Name,
            Processors = Environment.ProcessorCount,
            Memory = MemoryTotal(),
        };
    }

    private static string ReadLine(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";

    /// <remarks>os-release(5).</remarks>
    private static Dictionary<string, string> OsRelease()
    {
        Dictionary<string, string> values = [];
        string? path = new[] { "/etc/os-release", "/usr/lib/os-release" }.FirstOrDefault(File.Exists);
        if (path is null) return values;
        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=');
            if (equals > 0 && !line.StartsWith('#')) values[line[..equals]] = line[(equals + 1)..].Trim('"', '\'');
        }
        return values;
    }

    private static long MemoryTotal()
    {
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            if (!line.StartsWith("MemTotal:", StringComparison.Ordinal)) continue;
            string number = line["MemTotal:".Length..].Replace("kB", "").Trim();
            return long.Parse(number, CultureInfo.InvariantCulture) * 1024;
        }
        return 0;
    }
}
