using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>Compiled filters beside their source, so that an ordinary start neither loads libseccomp nor compiles.</summary>
internal static class SeccompCache
{
    internal static SafeFileDescriptor? Open(OciSeccomp? seccomp, string stateRoot)
    {
        if (seccomp is null || (seccomp.DefaultAction == "SCMP_ACT_ALLOW" && seccomp.Syscalls is null or { Count: 0 })) return null;
        byte[] source = JsonSerializer.SerializeToUtf8Bytes(new OciSpec { Linux = new OciLinux { Seccomp = seccomp } }, Init.InitJson.Default.OciSpec);
        string directory = Path.Combine(stateRoot, ".seccomp");
        string name = Path.Combine(directory, Fingerprint(source).ToString("x16"));
        if (IsOf(name, source) && LinuxFile.TryOpen($"{name}.bpf", OpenFlags.ReadOnly, out _) is { } cached) return cached;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write($"{name}.bpf", SeccompCompiler.Compile(seccomp), durable: false);
        AtomicFile.Write($"{name}.json", source, durable: false);
        return LinuxFile.Open($"{name}.bpf", OpenFlags.ReadOnly);
    }

    private static bool IsOf(string name, byte[] source) => File.Exists($"{name}.json") && File.ReadAllBytes($"{name}.json").AsSpan().SequenceEqual(source);

    // FNV-1a. The whole source is compared afterwards, so two policies of one fingerprint only take turns in the cache.
    // A cryptographic hash would load OpenSSL, which takes longer than all the rest of a start.
    private static ulong Fingerprint(ReadOnlySpan<byte> source)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in source) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
