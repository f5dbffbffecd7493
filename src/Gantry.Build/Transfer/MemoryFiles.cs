using System.Runtime.CompilerServices;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>A few files that are in memory, to be sent.</summary>
/// <param name="contents">By their paths.</param>
public sealed class MemoryFiles(IReadOnlyDictionary<string, byte[]> contents) : IFileSource
{
    public async IAsyncEnumerable<FileStat> Files([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        SortedSet<byte[]> paths = new(Comparer<byte[]>.Create((a, b) => StatOrder.Compare(a, b)));
        foreach (string path in contents.Keys)
            for (string at = path; at.Length > 0; at = at.Contains('/') ? at[..at.LastIndexOf('/')] : "") paths.Add(PathBytes.Of(at));
        foreach (byte[] path in paths)
            yield return contents.TryGetValue(ByteText.Of(path), out byte[]? content)
                ? new FileStat { Path = path, Mode = GoMode.Of(FileKind.Regular, Octal.O600), Size = content.Length }
                : new FileStat { Path = path, Mode = GoMode.Of(FileKind.Directory, Octal.O700) };
    }

    public Task ReadAsync(FileStat file, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellation) =>
        SendAsync(contents[ByteText.Of(file.Path)], write);

    private static async Task SendAsync(byte[] content, Func<ReadOnlyMemory<byte>, Task> write)
    {
        const int PieceSize = 32 << 10;
        for (int sent = 0; sent < content.Length; sent += PieceSize)
            await write(content.AsMemory(sent, Math.Min(PieceSize, content.Length - sent)));
    }
}
