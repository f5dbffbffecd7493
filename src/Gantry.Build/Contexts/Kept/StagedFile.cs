using System.Security.Cryptography;
using Gantry.Build.Files;
using Gantry.Build.Transfer;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>One file whose content comes.</summary>
internal sealed class StagedFile : IDisposable
{
    private readonly KeptEntry _entry;
    private readonly FileWriter _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public StagedFile(DirectoryHandle directory, KeptEntry entry)
    {
        _entry = entry;
        int errno = directory.TryCreate(StagedFiles.NameOf(entry), Octal.O600, out FileWriter? file);
        _file = errno == 0 ? file! : throw Failed("make", errno);
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        if (_file.TryWriteLeavingHoles(content) is var errno and not 0) throw Failed("write", errno);
        _hash.AppendData(content);
    }

    /// <summary>All has come.</summary>
    public void Finish()
    {
        using (this)
        {
            int errno = _file.TryEndHole();
            if (errno == 0) errno = _file.TrySetMode(GoMode.PermissionsOf(_entry.Stat.Mode));
            foreach ((byte[] name, byte[] value) in _entry.Stat.Attributes)
                if (errno == 0 && CopiedAttributes.Is(name)) errno = _file.TrySetAttribute(name, value);
            if (errno == 0) errno = _file.TrySetTime(_entry.Stat.Time);
            if (errno != 0) throw Failed("write", errno);
            _entry.Inode = _file.Inode;
            _entry.Digest = _hash.GetHashAndReset();
        }
    }

    public static GantryException Explain(KernelException e) =>
        new(e.Errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EIO ? ErrorKind.Internal : ErrorKind.InvalidArgument,
            $"the build context: {e.Message}", e);

    private KernelException Failed(string step, int errno) => new(step, errno, _entry.Stat.Shown);

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }
}
