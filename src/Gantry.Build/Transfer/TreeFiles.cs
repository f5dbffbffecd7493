using System.Runtime.CompilerServices;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Transfer;

/// <summary>The files of a directory of this machine, to be sent.</summary>
/// <param name="root">Stays the caller's.</param>
/// <param name="only">What is sent alone, of what is not left out; null for everything.</param>
/// <param name="time">By which a file counts as one that may still be written.</param>
public sealed class TreeFiles(DirectoryHandle root, IgnorePatterns excluded, TimeProvider? time = null, PathChoice? only = null)
    : IFileSource
{
    private const int PieceSize = 32 << 10;
    /// <summary>A file that is read whole before any of it is sent can be read again when it has changed meanwhile.</summary>
    private const int SmallSize = 1 << 20;
    private const int Tries = 5;

    public async IAsyncEnumerable<FileStat> Files([EnumeratorCancellation] CancellationToken cancellation)
    {
        StatMaking making = new((time ?? TimeProvider.System).GetUtcNow());
        Stack<IEnumerator<WalkedFile>> open = new();
        // Directories around the present place that are told when something in them is.
        List<FileStat> postponed = [];
        List<byte[]> paths = [[]];
        WalkedDirectory top = new TreeWalk(root, excluded, only, cancellation).Start();
        open.Push((await top.Files).GetEnumerator());
        while (open.TryPeek(out IEnumerator<WalkedFile>? here))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!here.MoveNext())
            {
                open.Pop();
                byte[] left = paths[^1];
                paths.RemoveAt(paths.Count - 1);
                if (postponed.Count > 0 && postponed[^1].Path == left) postponed.RemoveAt(postponed.Count - 1);
                continue;
            }
            WalkedFile file = here.Current;
            byte[] path = file.Inside?.Path ?? LayerPath.Join(paths[^1], file.Name);
            if (open.Count > StatOrder.MaxDepth)
                throw GantryException.Invalid(
                    $"{PathBytes.Show(path.AsSpan(0, 200))}…: directories are nested more than {StatOrder.MaxDepth} deep");
            FileStat stat = making.Of(file, path);
            if (file.IsWanted)
            {
                foreach (FileStat above in postponed) yield return above;
                postponed.Clear();
                yield return stat;
            }
            else postponed.Add(stat);
            if (file.Inside is null) continue;
            open.Push((await file.Inside.Files).GetEnumerator());
            paths.Add(path);
        }
    }

    public async Task ReadAsync(FileStat file, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellation)
    {
        if (file.Size <= SmallSize)
        {
            byte[] content = ReadWhole(file);
            for (int sent = 0; sent < content.Length; sent += PieceSize)
                await write(content.AsMemory(sent, Math.Min(PieceSize, content.Length - sent)));
            return;
        }
        using SafeFileHandle handle = Open(file);
        FileStatus before = DirectoryHandle.StatusOf(handle);
        byte[] piece = new byte[PieceSize];
        long offset = 0;
        for (int count; (count = RandomAccess.Read(handle, piece, offset)) > 0; offset += count)
        {
            if (offset + count > file.Size) throw Changed(file);
            cancellation.ThrowIfCancellationRequested();
            await write(piece.AsMemory(0, count));
        }
        if (offset != file.Size || !IsSame(before, DirectoryHandle.StatusOf(handle))) throw Changed(file);
    }

    private byte[] ReadWhole(FileStat file)
    {
        for (int i = 0; i < Tries; i++)
        {
            using SafeFileHandle handle = Open(file);
            FileStatus before = DirectoryHandle.StatusOf(handle);
            if (before.Size != file.Size) throw Changed(file);
            byte[] content = new byte[file.Size];
            int length = 0;
            while (length < content.Length && RandomAccess.Read(handle, content.AsSpan(length), length) is var count and > 0)
                length += count;
            if (length == content.Length && IsSame(before, DirectoryHandle.StatusOf(handle))) return content;
        }
        throw Changed(file);
    }

    private SafeFileHandle Open(FileStat file)
    {
        int errno = root.TryOpenInRoot(LayerPath.Parent(file.Path), out DirectoryHandle? parent);
        SafeFileHandle? handle = null;
        if (errno == 0)
            using (parent) errno = parent!.TryOpenFile(LayerPath.Base(file.Path), out handle);
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP) throw Changed(file);
        return errno == 0 ? handle! : throw new KernelException("open", errno, file.Shown);
    }

    private static bool IsSame(in FileStatus a, in FileStatus b) =>
        a.Kind == FileKind.Regular && a.Size == b.Size && a.Modified == b.Modified && a.Changed == b.Changed;

    private static GantryException Changed(FileStat file) =>
        GantryException.Conflict($"\"{file.Shown}\" has changed while the context was sent");
}
