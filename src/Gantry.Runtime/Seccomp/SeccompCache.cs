using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.Seccomp;

/// <param name="File">Open for reading at its start.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_* to load it with.</param>
internal sealed record CompiledFilter(SafeFileDescriptor File, uint Flags) : IDisposable
{
    public void Dispose() => File.Dispose();
}

/// <summary>Compiled filters beside their source, so that an ordinary start neither loads libseccomp nor compiles, nor even reads the policy.</summary>
internal static class SeccompCache
{
    /// <param name="source">The policy as JSON; empty for none.</param>
    internal static CompiledFilter? Open(ReadOnlyMemory<byte> source, string stateRoot)
    {
        if (source.IsEmpty) return null;
        string directory = Path.Combine(stateRoot, ".seccomp");
        string name = Path.Combine(directory, Fingerprint(source.Span).ToString("x16"));
        if (!IsOf(name, source.Span) && !TryCompile(source, directory, name)) return null;
        string filter = File.ReadAllText($"{name}.flags");
        return new CompiledFilter(LinuxFile.Open($"{name}.bpf", OpenFlags.ReadOnly), uint.Parse(filter));
    }

    // The source is written last: where it is found, the other two are complete.
    private static bool TryCompile(ReadOnlyMemory<byte> source, string directory, string name)
    {
        OciSeccomp seccomp = ConfigFile.ReadSeccomp(source);
        if (seccomp.DefaultAction == "SCMP_ACT_ALLOW" && seccomp.Syscalls is null or { Count: 0 }) return false;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write($"{name}.bpf", SeccompCompiler.Compile(seccomp), durable: false);
        AtomicFile.Write($"{name}.flags", System.Text.Encoding.ASCII.GetBytes(SeccompPolicy.Flags(seccomp).ToString()), durable: false);
        AtomicFile.Write($"{name}.json", source.Span, durable: false);
        return true;
    }

    private static bool IsOf(string name, ReadOnlySpan<byte> source)
    {
        string path = $"{name}.json";
        return File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(source);
    }

    // FNV-1a. The whole source is compared afterwards, so two policies of one fingerprint only take turns in the cache.
    // A cryptographic hash would load OpenSSL, which takes longer than all the rest of a start.
    private static ulong Fingerprint(ReadOnlySpan<byte> source)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in source) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
