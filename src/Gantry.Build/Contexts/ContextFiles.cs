using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Contexts;

/// <summary>The files of a context that say what is built of it.</summary>
/// <param name="root">Hostile: links are followed inside alone.</param>
internal sealed class ContextFiles(DirectoryHandle root)
{
    public const string DefaultDockerfile = "Dockerfile";

    /// <param name="name">In the context; empty for the usual one.</param>
    /// <returns>With the name under which it was found.</returns>
    /// <exception cref="GantryException">In Docker's words: it is missing, outside, empty, or no file.</exception>
    public (string Name, string Text) ReadDockerfile(string name)
    {
        if (name.Length == 0) name = DefaultDockerfile;
        string clean = CleanPath.Of(name).TrimStart('/');
        if (clean == ".." || clean.StartsWith("../", StringComparison.Ordinal))
            throw GantryException.Invalid($"forbidden path outside the build context: {name} ()");
        byte[]? content = TryRead(clean, "unexpected error reading Dockerfile");
        // As Docker does, for those who come from file systems that know no case.
        if (content is null && name == DefaultDockerfile) content = TryRead(clean = "dockerfile", "unexpected error reading Dockerfile");
        if (content is null) throw GantryException.Invalid($"Cannot locate specified Dockerfile: {name}");
        if (content.Length == 0) throw GantryException.Invalid($"the Dockerfile ({name}) cannot be empty");
        return (clean, ByteText.Of(content));
    }

    /// <param name="dockerfile">Its name, which an ignore file of its own goes by.</param>
    /// <param name="ofDockerfile">That one alone is looked for.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="DockerfileException">A pattern is wrong.</exception>
    public IgnorePatterns? ReadIgnored(string dockerfile, bool ofDockerfile = false)
    {
        foreach (string name in IgnorePatterns.FileNames(dockerfile).Take(ofDockerfile ? 1 : 2))
            if (TryRead(name, "error reading .dockerignore") is { } content)
                return IgnorePatterns.Parse(SourceFile.Of(ByteText.Of(content), name));
        return null;
    }

    private byte[]? TryRead(string name, string step)
    {
        byte[] path;
        try
        {
            path = LinkResolution.Resolve(root, PathBytes.Of(name), followLast: true);
        }
        catch (KernelException e) when (e.Errno == Errno.ELOOP)
        {
            return null;
        }
        if (path.Length == 0) throw GantryException.Invalid($"{step}: {name} is a directory");
        int errno = root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent);
        if (errno is Errno.ENOENT or Errno.ENOTDIR) return null;
        if (errno != 0) throw GantryException.Invalid(new KernelException(step, errno, name).Message);
        using (parent) return Read(parent!, LayerPath.Base(path), name, step);
    }

    private static byte[]? Read(DirectoryHandle parent, ReadOnlySpan<byte> entry, string name, string step)
    {
        int errno = parent.TryStatus(entry, out FileStatus status);
        if (errno == Errno.ENOENT) return null;
        if (errno == 0 && status.Kind != FileKind.Regular) throw GantryException.Invalid($"{step}: {name} is {Describe(status.Kind)}");
        if (errno == 0 && status.Size > SourceFile.MaxLength)
            throw GantryException.Invalid($"{step}: {name} has {status.Size} bytes; at most {SourceFile.MaxLength} are allowed");
        SafeFileHandle? file = null;
        if (errno == 0) errno = parent.TryOpenFile(entry, out file);
        if (errno != 0) throw new KernelException(step, errno, name);
        using (file)
        {
            byte[] content = new byte[status.Size];
            for (int done = 0, count; done < content.Length; done += count)
                if ((count = RandomAccess.Read(file!, content.AsSpan(done), done)) == 0) return content[..done];
            return content;
        }
    }

    private static string Describe(FileKind kind) => kind == FileKind.Directory ? "a directory" : "no regular file";
}
