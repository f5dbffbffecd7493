using System.Security.Cryptography;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Execution;

/// <summary>A file of the network that ADD names, as a tree with this one file.</summary>
internal sealed class FetchedFile : IDisposable
{
    private const int BufferSize = 128 << 10;

    /// <summary>Bytes; more than any archive that somebody adds by its address.</summary>
    private const long MaxSize = 16L << 30;

    private readonly StepDirectory _directory;

    private FetchedFile(StepDirectory directory, string name) => (_directory, Name, Tree) = (directory, name, new RootTree(directory.Root));

    public string Name { get; }

    public ISourceTree Tree { get; }

    /// <param name="named">It needs a name of its own, for it goes into a directory.</param>
    /// <exception cref="GantryException">It is not to be had, or is another one than it should be.</exception>
    public static async Task<FetchedFile> GetAsync(BuildSettings settings, AddressSource source, bool named,
        CancellationToken cancellation)
    {
        string name = Uri.UnescapeDataString(source.Address.AbsolutePath.Split('/')[^1]);
        if (named && (name.Length == 0 || name is "." or ".." || name.Contains('/') || name.Contains('\0')))
            throw GantryException.Invalid($"cannot determine filename for source: {source.Address}");
        FetchedFile file = new(new StepDirectory(settings), named ? name : "file");
        try
        {
            await file.FetchAsync(settings.Web, source, cancellation);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private async Task FetchAsync(IWebFiles web, AddressSource source, CancellationToken cancellation)
    {
        (Stream content, DateTimeOffset? modified) = await web.OpenAsync(source.Address, cancellation);
        string path = Path.Combine(_directory.Path, Name), digest;
        await using (content) digest = await SaveAsync(content, path, cancellation);
        if (source.Checksum is { } wanted && wanted != digest)
            throw GantryException.Invalid($"ADD failed: digest mismatch {digest}: {wanted}");
        File.SetLastWriteTimeUtc(path, (modified ?? DateTimeOffset.UnixEpoch).UtcDateTime);
    }

    private static async Task<string> SaveAsync(Stream body, string path, CancellationToken cancellation)
    {
        await using FileStream file = File.Create(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferSize];
        long size = 0;
        for (int count; (count = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if ((size += count) > MaxSize) throw GantryException.Invalid($"ADD failed: the file has more than {MaxSize} bytes");
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        return Digest.FromHash(hash.GetHashAndReset());
    }

    public void Dispose() => _directory.Dispose();
}
