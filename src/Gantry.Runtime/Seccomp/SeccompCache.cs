using System.Buffers.Binary;
using Gantry.Linux.Trees;
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

/// <summary>Compiled filters with their source, so that an ordinary start neither loads libseccomp nor compiles,
/// nor even reads the policy.</summary>
internal static class SeccompCache
{
    // A file is the flags and the length of the source, four bytes each, the fingerprint of the filter, eight, the source,
    // and the filter to the end.
    private const int Header = 16, LargestFile = 16 << 20, Turns = 3;

    /// <param name="source">The policy as JSON; empty for none.</param>
    public static CompiledFilter? Open(ReadOnlyMemory<byte> source, string stateRoot)
    {
        if (source.IsEmpty) return null;
        string directory = Path.Combine(stateRoot, ".seccomp");
        string path = Path.Combine(directory, Fingerprint(source.Span).ToString("x16"));
        if (TryOpen(path, source.Span) is { } known) return known;
        OciSeccomp seccomp = ConfigFile.ReadSeccomp(source);
        if (seccomp.DefaultAction == "SCMP_ACT_ALLOW" && seccomp.Syscalls is null or { Count: 0 }) return null;
        byte[] content = Compose(seccomp, source.Span);
        try
        {
            OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
            if (Keep(path, content, source.Span) is { } kept) return kept;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk, or somebody made something else in its place at this very moment: a cache is all that it is.
        }
        return InMemory(content, source.Length);
    }

    private static CompiledFilter? Keep(string path, byte[] content, ReadOnlySpan<byte> source)
    {
        // Another policy of this fingerprint may have taken the place in between: it only takes turns.
        for (int turn = 0; turn < Turns; turn++)
        {
            if (Directory.Exists(path)) TreeRemoval.Remove(path);
            AtomicFile.Write(path, content, durable: false);
            if (TryOpen(path, source) is { } written) return written;
        }
        return null;
    }

    // What cannot be kept, because it is too large or the file cannot be read, is used once.
    private static CompiledFilter InMemory(byte[] content, int source)
    {
        using SafeFileDescriptor memory = SealedMemory.Create("seccomp");
        Descriptor.WriteAll(memory.Number, content.AsSpan(Header + source));
        return new CompiledFilter(LinuxFile.Open(memory.ProcPath, OpenFlags.ReadOnly), BinaryPrimitives.ReadUInt32LittleEndian(content));
    }

    /// <returns>Null where no filter is kept for this very source, whole: one that is damaged would keep every container of this policy
    /// from starting.</returns>
    private static CompiledFilter? TryOpen(string path, ReadOnlySpan<byte> source)
    {
        if (TryRead(path) is not { } whole || whole.Length <= Header + source.Length
            || BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(4)) != source.Length) return null;
        Span<byte> start = whole.AsSpan(0, Header + source.Length);
        if (!start[Header..].SequenceEqual(source)
            || BinaryPrimitives.ReadUInt64LittleEndian(start[8..]) != Fingerprint(whole.AsSpan(start.Length))) return null;
        if (LinuxFile.TryOpen(path, OpenFlags.ReadOnly, out _) is not { } file) return null;
        // Up to where the filter starts; and it may have been replaced in between.
        byte[] again = new byte[start.Length];
        if (Descriptor.Read(file.Number, again) == again.Length && start.SequenceEqual(again))
            return new CompiledFilter(file, BinaryPrimitives.ReadUInt32LittleEndian(start));
        file.Dispose();
        return null;
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return LinuxFile.ReadBytes(path, LargestFile);
        }
        catch (KernelException)
        {
            // It is not there, or what is there is no file: either way it is made.
            return null;
        }
    }

    private static byte[] Compose(OciSeccomp seccomp, ReadOnlySpan<byte> source)
    {
        byte[] filter = SeccompCompiler.Compile(seccomp);
        byte[] content = new byte[Header + source.Length + filter.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(content, SeccompPolicy.Flags(seccomp));
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), source.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(8), Fingerprint(filter));
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
