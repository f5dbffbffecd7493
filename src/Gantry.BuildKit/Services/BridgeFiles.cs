using Gantry.Build.Transfer;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Protocol.StatApi;
using Gantry.BuildKit.Solving;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;

namespace Gantry.BuildKit.Services;

/// <summary>Files of results, one by one.</summary>
internal static class BridgeFiles
{
    /// <summary>Bytes of a file, links on the way to one, and entries of a directory: an answer is one message.</summary>
    private const int MostBytes = 15 << 20, MostLinks = 40, MostEntries = 100_000;

    public static async Task<ReadFileResponse> ReadAsync(ISolvedBuild result, ReadFileRequest request)
    {
        ReadFileResponse answer = new();
        await result.ReadAsync(root =>
        {
            using DirectoryHandle parent = Open(root, request.FilePath, out byte[] name);
            int errno = parent.TryOpenRegular(name, out SafeFileHandle? file, out FileStatus status);
            if (errno != 0) throw errno == Errno.EINVAL ? NoFile(request.FilePath) : Failed("open", errno, request.FilePath);
            using (file) answer.Data = Content(file!, status.Size, request);
            return Task.CompletedTask;
        });
        return answer;
    }

    public static async Task<StatFileResponse> StatAsync(ISolvedBuild result, StatFileRequest request)
    {
        StatFileResponse answer = new();
        await result.ReadAsync(root =>
        {
            using DirectoryHandle parent = Open(root, request.Path, out byte[] name);
            answer.Stat = StatOf(parent, name, request.Path);
            return Task.CompletedTask;
        });
        return answer;
    }

    public static async Task<ReadDirResponse> ListAsync(ISolvedBuild result, ReadDirRequest request)
    {
        if (request.IncludePattern.Length > 0) throw GantryException.Unsupported("patterns of a directory's entries are not supported");
        ReadDirResponse answer = new();
        await result.ReadAsync(root =>
        {
            int errno = root.TryOpenInRoot(PathBytes.Of(request.DirPath), out DirectoryHandle? directory);
            if (errno != 0) throw Failed("open", errno, request.DirPath);
            using (directory)
            {
                if (!directory!.TrySortedEntries(MostEntries, out List<DirectoryEntry> entries))
                    throw GantryException.Invalid($"{request.DirPath} has more entries than the {MostEntries} that are told");
                foreach (DirectoryEntry entry in entries) answer.Entries.Add(StatOf(directory, entry.Name, request.DirPath));
            }
            return Task.CompletedTask;
        });
        return answer;
    }

    /// <summary>The directory of what a path leads to, within the result; links at its end are followed.</summary>
    private static DirectoryHandle Open(DirectoryHandle root, string path, out byte[] name)
    {
        byte[] at = PathBytes.Of(path);
        for (int links = 0; ; links++)
        {
            int end = at.AsSpan().TrimEnd((byte)'/').Length, slash = at.AsSpan(0, end).LastIndexOf((byte)'/');
            byte[] above = at[..(slash + 1)];
            name = at[(slash + 1)..end];
            // The top itself, and what is above a directory, are entries of nothing here.
            bool isPlace = name.Length == 0 || name is [(byte)'.'] or [(byte)'.', (byte)'.'];
            int errno = root.TryOpenInRoot(isPlace ? at : above, out DirectoryHandle? parent);
            if (errno != 0) throw Failed("open", errno, path);
            if (isPlace)
            {
                name = "."u8.ToArray();
                return parent!;
            }
            if (parent!.ReadLink(name) is not { } target) return parent!;
            parent.Dispose();
            if (links == MostLinks) throw Failed("open", Errno.ELOOP, path);
            at = target is [(byte)'/', ..] ? target : [.. above, .. target];
        }
    }

    private static GantryException NoFile(string path) => GantryException.Invalid($"{path} is no file");

    private static ByteString Content(SafeFileHandle file, long size, ReadFileRequest request)
    {
        long offset = Math.Max(request.Range?.Offset ?? 0, 0), length = Math.Max(size - offset, 0);
        if (request.Range is { Length: > 0 } range) length = Math.Min(length, range.Length);
        if (length > MostBytes) throw GantryException.Invalid($"{request.FilePath} has {length} bytes: {MostBytes} are given at once");
        byte[] content = new byte[length];
        int count = 0;
        for (int read; count < content.Length && (read = RandomAccess.Read(file, content.AsSpan(count), offset + count)) > 0;)
            count += read;
        return UnsafeByteOperations.UnsafeWrap(content.AsMemory(0, count));
    }

    private static Stat StatOf(DirectoryHandle directory, byte[] name, string path)
    {
        int errno = directory.TryStatus(name, out FileStatus status);
        if (errno != 0) throw Failed("read status of", errno, path);
        return new Stat
        {
            Path = ByteString.CopyFrom(name), Mode = GoMode.Of(status.Kind, status.Mode), Uid = status.Uid, Gid = status.Gid,
            Size = status.Kind == FileKind.Regular ? status.Size : 0, ModTime = FileStat.Nanoseconds(status.Modified),
            Linkname = status.Kind == FileKind.Link ? ByteString.CopyFrom(directory.ReadLink(name) ?? []) : ByteString.Empty,
            Devmajor = status.DeviceMajor, Devminor = status.DeviceMinor,
        };
    }

    private static GantryException Failed(string step, int errno, string path)
    {
        KernelException failure = new(step, errno, path);
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? GantryException.NotFound(failure.Message)
            : errno == Errno.ENAMETOOLONG ? GantryException.Invalid(failure.Message)
            : throw failure;
    }
}
