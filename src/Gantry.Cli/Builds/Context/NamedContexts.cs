using System.Globalization;
using System.Security.Cryptography;
using Gantry.Api.Builds;
using Gantry.Cli.Builds.Session;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Builds.Context;

/// <summary>Further contexts: directories go into the archive of the build's own one, below a name that nobody has; the daemon fetches the
/// rest.</summary>
internal static class NamedContexts
{
    private const string Image = "docker-image://";

    public static (string Name, string Value) Parse(string text)
    {
        int equals = text.IndexOf('=');
        return equals > 0 && equals < text.Length - 1 ? (text[..equals], text[(equals + 1)..])
            : throw new FormatException($"invalid build context \"{text}\": NAME=DIRECTORY, NAME={Image}IMAGE or NAME=URL is meant");
    }

    /// <summary>Tells the request of them.</summary>
    /// <returns>The context with which they are sent.</returns>
    /// <exception cref="CliException">There is no such directory, or nothing that it could be sent with.</exception>
    /// <param name="offered">Gets the directories in place of an archive; null where there is no session.</param>
    public static BuildContext Add(BuildContext context, IReadOnlyList<(string Name, string Value)> named, BuildRequest request,
        IDictionary<string, IOfferedFiles>? offered)
    {
        string place = $".contexts-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        List<(string Place, LocalContext Files)> directories = [];
        foreach ((string name, string value) in named)
        {
            if (value.StartsWith("oci-layout://", StringComparison.Ordinal))
                throw new CliException($"build context {name}: images of a layout are not supported: load it, and name the image");
            if (value.StartsWith(Image, StringComparison.Ordinal) || BuildContext.IsAddress(value))
            {
                request.Contexts[name] = value;
                continue;
            }
            if (offered is not null)
            {
                offered[$"named-{name}"] = new OfferedDirectory(Find(name, value), LocalContext.OfFiles(Find(name, value)).Left);
                request.Contexts[name] = $"session:named-{name}";
                continue;
            }
            string number = directories.Count.ToString(CultureInfo.InvariantCulture);
            directories.Add(($"{place}/{number}", LocalContext.OfFiles(Find(name, value))));
            request.Contexts[name] = $"local:{place}/{number}";
        }
        if (directories.Count == 0) return context;
        if (context.Add is not { } add)
            throw new CliException("a directory as a further context goes along with a directory: give one as the build's own, not an "
                + "address or an archive");
        return context with { Write = stream => add(stream, directories) };
    }

    private static string Find(string name, string value)
    {
        string path = LocalFiles.Resolve(LocalFiles.Absolute(value), followLast: true);
        int errno = LocalFiles.TryStatus(path, out FileStatus status);
        if (errno == 0 && status.Kind != FileKind.Directory) errno = Errno.ENOTDIR;
        return errno == 0 ? path : throw BuildContext.Refuse($"build context {name}: stat {value}: {Errno.Message(errno)}");
    }
}
