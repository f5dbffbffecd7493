using System.Security.Cryptography;
using System.Text;
using Gantry.Linux.Trees;
using Gantry.Registry.Hosts;
using Gantry.Registry.Wire;
using Gantry.Storage.Content;

namespace Gantry.Registry.Push;

/// <summary>Where uploads that are not finished go on, in a file each, so that the next push finds them after a crash too.</summary>
/// <remarks>Only a hint: the registry is asked how far it came, and verifies the whole at the end. So nothing is synced, and what cannot be
/// written or read costs sending again. Any thread.</remarks>
public sealed class UnfinishedUploads
{
    /// <summary>Registries forget uploads after some days.</summary>
    private static readonly TimeSpan Live = ContentStore.PartialsLive;

    private readonly string _directory;
    private readonly TimeProvider _time;
    /// <summary>Files that a push works with.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <param name="directory">Made where it is not there. Addresses of uploads hold secrets, so nobody else may read it.</param>
    public UnfinishedUploads(string directory, TimeProvider? time = null)
    {
        (_directory, _time) = (directory, time ?? TimeProvider.System);
        OwnDirectory.Make(directory, (UnixFileMode)Octal.O700);
    }

    /// <returns>Null while another push sends the same blob to the same repository: each has an upload of its own then.</returns>
    internal UnfinishedUpload? Open(RegistryHost host, string repository, string digest)
    {
        string path = PathOf($"{host.Base} {repository} {digest}");
        lock (_open)
        {
            if (!_open.Add(path)) return null;
            RemoveOld();
        }
        return new UnfinishedUpload(this, path, host.Name, repository, digest);
    }

    internal void Close(string path) { lock (_open) _open.Remove(path); }

    private string PathOf(string key) => Path.Combine(_directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    private void RemoveOld()
    {
        foreach (FileInfo file in OwnDirectory.Files(_directory).Select(path => new FileInfo(path)))
            if (file.LastWriteTimeUtc < _time.GetUtcNow() - Live) file.Delete();
    }
}

/// <summary>One blob on its way to one repository.</summary>
internal sealed class UnfinishedUpload : IDisposable
{
    private readonly UnfinishedUploads _uploads;
    private readonly string _path;
    private readonly UploadNote _note;

    public UnfinishedUpload(UnfinishedUploads uploads, string path, string registry, string repository, string digest)
    {
        (_uploads, _path) = (uploads, path);
        _note = new UploadNote { Registry = registry, Repository = repository, Digest = digest };
    }

    /// <returns>Where an earlier push was; null where there was none.</returns>
    public Uri? Earlier()
    {
        try
        {
            return JsonFile.Load(_path, RegistryJson.Default.UploadNote) is { Location: { } location }
                && Uri.TryCreate(location, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address : null;
        }
        catch (DamagedFileException)
        {
            return null;
        }
    }

    public void Keep(Uri location)
    {
        try
        {
            JsonFile.Save(_path, _note with { Location = location.AbsoluteUri }, RegistryJson.Default.UploadNote, durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk: what is here can be pushed nevertheless.
        }
    }

    /// <summary>It is finished.</summary>
    public void Forget() => File.Delete(_path);

    public void Dispose() => _uploads.Close(_path);
}
