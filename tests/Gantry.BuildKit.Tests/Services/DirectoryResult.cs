using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Gantry.Linux.Trees;

namespace Gantry.BuildKit.Tests.Services;

/// <summary>A result that is a directory.</summary>
internal sealed class DirectoryResult(string path) : ISolvedBuild
{
    public byte[]? Configuration => null;

    public bool HasFiles => true;

    public IReadOnlyDictionary<string, byte[]> Answers => new Dictionary<string, byte[]>();

    public async Task ReadAsync(Func<DirectoryHandle, Task> read)
    {
        using DirectoryHandle root = DirectoryHandle.Open(path);
        await read(root);
    }

    public Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation) => throw new NotSupportedException();

    public void Dispose() { }
}
