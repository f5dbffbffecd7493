using System.Collections.Concurrent;
using System.Text;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>The files of a client, and what it is given.</summary>
internal sealed class ClientFiles
{
    /// <summary>In the order in which they are told; names may be such as no honest client has.</summary>
    public List<(string Path, byte[] Content)> Context { get; } = [];

    public string Dockerfile { get; set; } = "FROM busybox\n";

    /// <summary>Of its layouts, by the name of the layout and the digest.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>Paths of the context that the daemon was told of, transfer by transfer.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Told { get; } = new();

    /// <summary>By the number of the output.</summary>
    public ConcurrentDictionary<string, byte[]> Given { get; } = new();

    public IEnumerable<(string Path, byte[] Content)> Of(string directory) =>
        directory == "dockerfile" ? [("Dockerfile", Encoding.UTF8.GetBytes(Dockerfile))] : Context;
}
