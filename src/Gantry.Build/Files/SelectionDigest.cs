using System.Buffers.Binary;
using System.Security.Cryptography;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Files;

/// <summary>One digest of all that a copy of a selection depends on: names, kinds, modes, targets of links, attributes, content, owners
/// where they are kept; not times, or where in the source it lay.</summary>
public static class SelectionDigest
{
    private const int PieceSize = 256 << 10;

    /// <summary>Files are read on all processors, those whose digest the tree knows not at all.</summary>
    public static string Of(SourceSelection selection, CancellationToken cancellation) =>
        Of(selection, owners: false, mounted: false, cancellation);

    /// <summary>Of a copy that belongs to whom it belonged before.</summary>
    /// <inheritdoc cref="Of(SourceSelection, CancellationToken)"/>
    public static string OfOwned(SourceSelection selection, CancellationToken cancellation) =>
        Of(selection, owners: true, mounted: false, cancellation);

    /// <summary>Of files that are seen where they are and not copied: their owners and the top's own mode count too.</summary>
    /// <inheritdoc cref="Of(SourceSelection, CancellationToken)"/>
    public static string OfMounted(SourceSelection selection, CancellationToken cancellation) =>
        Of(selection, owners: true, mounted: true, cancellation);

    private static string Of(SourceSelection selection, bool owners, bool mounted, CancellationToken cancellation)
    {
        List<Member> members = [];
        foreach (SelectedSource source in selection.Sources)
            foreach (SelectedDirectory directory in source.Directories)
                for (int i = -1; i < directory.Files.Count; i++) members.Add(new Member(directory, i));
        OnAllProcessors.Run(members.Count, () => new Reader(selection.Tree, owners, mounted),
            (i, reader) => members[i].Digest = reader.Read(members[i], cancellation), cancellation);
        return Combine(selection, members);
    }

    private static string Combine(SourceSelection selection, List<Member> members)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int next = 0;
        foreach (SelectedSource source in selection.Sources)
        {
            hash.AppendData(source.IsDirectory ? "directory"u8 : "file"u8);
            Dictionary<(ulong, ulong), int> linked = [];
            for (int end = next + source.Directories.Sum(directory => 1 + directory.Files.Count); next < end; next++)
            {
                hash.AppendData(members[next].Digest);
                // Whether two names are one file shows in the copy.
                if (members[next].File is { Status: { Links: > 1, Kind: FileKind.Regular } status }
                    && !linked.TryAdd((status.Device, status.Inode), next))
                    Append(hash, [(byte)'='], next - linked[(status.Device, status.Inode)]);
            }
        }
        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes, long number = 0)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], number);
        hash.AppendData(head);
        hash.AppendData(bytes);
    }

    /// <param name="Index">Below zero for the directory itself.</param>
    private sealed record Member(SelectedDirectory Directory, int Index)
    {
        public SelectedFile? File => Index < 0 ? null : Directory.Files[Index];

        public byte[] Digest { get; set; } = [];
    }

    /// <summary>One thread's: it has the last directory open, because members come in runs.</summary>
    private sealed class Reader(ISourceTree tree, bool owners, bool mounted) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _buffer = new byte[PieceSize];
        private SelectedDirectory? _path;
        private DirectoryHandle? _directory;

        public byte[] Read(Member member, CancellationToken cancellation)
        {
            DirectoryHandle directory = Open(member.Directory);
            if (member.File is { } file)
            {
                byte[] content = ContentOf(directory, file, cancellation);
                Append(_hash, file.Target, (long)file.Status.Kind);
                Append(_hash, content, file.Status.Kind == FileKind.Link ? 0 : file.Status.Mode);
                AppendAttributes(CopiedAttributes.Of(tree, directory, file));
                AppendOwner(file.Status);
            }
            else
            {
                bool shows = mounted || member.Directory.Target.Length > 0;
                Append(_hash, member.Directory.Target, shows ? member.Directory.Status.Mode : 0);
                if (!shows) return _hash.GetHashAndReset();
                AppendAttributes(CopiedAttributes.Of(directory, [], FileKind.Directory));
                AppendOwner(member.Directory.Status);
            }
            return _hash.GetHashAndReset();
        }

        private void AppendOwner(in FileStatus status)
        {
            if (owners) Append(_hash, [(byte)'o'], ((long)status.Uid << 32) | status.Gid);
        }

        private void AppendAttributes(IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
        {
            foreach ((byte[] key, byte[] value) in attributes)
            {
                Append(_hash, key, 1);
                Append(_hash, value);
            }
        }

        private byte[] ContentOf(DirectoryHandle directory, in SelectedFile file, CancellationToken cancellation)
        {
            FileStatus status = file.Status;
            switch (status.Kind)
            {
                case FileKind.Regular:
                    return tree.KnownDigest(status) ?? HashFile(directory, file.Name, cancellation);
                case FileKind.Link:
                    return directory.ReadLink(file.Name) ?? throw new KernelException("read link", Errno.EINVAL, PathBytes.Show(file.Name));
                default:
                    byte[] numbers = new byte[8];
                    BinaryPrimitives.WriteUInt32LittleEndian(numbers, status.DeviceMajor);
                    BinaryPrimitives.WriteUInt32LittleEndian(numbers.AsSpan(4), status.DeviceMinor);
                    return numbers;
            }
        }

        private byte[] HashFile(DirectoryHandle directory, byte[] name, CancellationToken cancellation)
        {
            if (directory.TryOpenFile(name, out SafeFileHandle? file) is var errno and not 0)
                throw new KernelException("open", errno, PathBytes.Show(name));
            using (file)
            {
                long offset = 0;
                for (int count; (count = RandomAccess.Read(file!, _buffer, offset)) > 0; offset += count)
                {
                    cancellation.ThrowIfCancellationRequested();
                    _hash.AppendData(_buffer.AsSpan(0, count));
                }
            }
            return _hash.GetHashAndReset();
        }

        private DirectoryHandle Open(SelectedDirectory path)
        {
            if (_directory is not null && ReferenceEquals(path, _path)) return _directory;
            _directory?.Dispose();
            _directory = null;
            if (tree.Root.TryOpenInRoot(path.Path, out _directory) is var errno and not 0)
                throw new KernelException("open directory", errno, PathBytes.Show(path.Path));
            _path = path;
            return _directory!;
        }

        public void Dispose()
        {
            _directory?.Dispose();
            _hash.Dispose();
        }
    }
}
