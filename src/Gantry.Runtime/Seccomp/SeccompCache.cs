using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.Seccomp;

/// <param name="File">Open for reading where the filter starts, which goes on to the end.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_* to load it with.</param>
internal sealed record CompiledFilter(SafeFileDescriptor File, uint Flags) : IDisposable
{
    public void Dispose() => File.Dispose();
}

/// <summary>Compiled filters with their source, so that an ordinary start neither loads libseccomp nor compiles, nor even reads the policy.</summary>
internal static class SeccompCache
{
    // A file is the flags and the length of the source, four bytes each, the source, and the filter to the end.
    private const int Header = 8;

    /// <param name="source">The policy as JSON; empty for none.</param>
    internal static CompiledFilter? Open(ReadOnlyMemory<byte> source, string stateRoot)
    {
        if (source.IsEmpty) return null;
        string directory = Path.Combine(stateRoot, ".seccomp");
        string path = Path.Combine(directory, Fingerprint(source.Span).ToString("x16"));
        if (TryOpen(path, source.Span) is { } known) return known;
        OciSeccomp seccomp = ConfigFile.ReadSeccomp(source);
        if (seccomp.DefaultAction == "SCMP_ACT_ALLOW" && seccomp.Syscalls is null or { Count: 0 }) return null;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(path, Compose(seccomp, source.Span), durable: false);
        // Another policy of this fingerprint may have taken the place in between: it only takes turns.
        return TryOpen(path, source.Span) ?? Open(source, stateRoot);
    }

    /// <returns>Null where no filter is kept for this very source.</returns>
    private static CompiledFilter? TryOpen(string path, ReadOnlySpan<byte> source)
    {
        SafeFileDescriptor? file = LinuxFile.TryOpen(path, OpenFlags.ReadOnly, out KernelException? error);
        if (file is null) return error!.Errno == Errno.ENOENT ? null : throw error;
        byte[] start = new byte[Header + source.Length];
        bool same = Descriptor.Read(file.Number, start) == start.Length &&
            BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(4)) == source.Length && start.AsSpan(Header).SequenceEqual(source);
        if (same) return new CompiledFilter(file, BinaryPrimitives.ReadUInt32LittleEndian(start));
        file.Dispose();
        return null;
    }

    private static byte[] Compose(OciSeccomp seccomp, ReadOnlySpan<byte> source)
    {
        byte[] filter = SeccompCompiler.Compile(seccomp);
        byte[] content = new byte[Header + source.Length + filter.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(content, SeccompPolicy.Flags(seccomp));
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), source.Length);
        source.CopyTo(content.AsSpan(Header));
        filter.CopyTo(content, Header + source.Length);
        return content;
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
