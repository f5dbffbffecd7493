using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Builds.Context;

/// <summary>What a build is made of, and how it comes to the daemon.</summary>
/// <param name="Dockerfile">Its path in the context; null for the daemon's own choice.</param>
/// <param name="Remote">An address that the daemon fetches it from.</param>
/// <param name="Write">Writes it as an archive, once; null where the daemon fetches it.</param>
internal sealed record BuildContext(string? Dockerfile, string? Remote, Action<Stream>? Write)
{
    /// <summary>As an argument and an option for what comes on standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Writes it with other directories below places in the archive; null for one that nothing can be added to.</summary>
    public Action<Stream, IReadOnlyList<(string Place, LocalContext Files)>>? Add { get; init; }

    /// <summary>A directory that a session can offer; null for another context.</summary>
    public LocalFilesOffer? Offer { get; init; }

    /// <summary>Makes an archive of a directory that has little in it; gives null for others.</summary>
    public Func<byte[]?>? Small { get; init; }

    /// <summary>It goes with the request; null where it does not.</summary>
    public byte[]? Archive { get; init; }

    /// <param name="operand">A directory, an address, or <see cref="StandardInput"/>; a directory of that name comes before an address.
    /// </param>
    /// <param name="file">The value of <c>--file</c>; empty for none.</param>
    /// <exception cref="CliException">There is no such context, or it has no such Dockerfile.</exception>
    public static BuildContext Find(string operand, string file)
    {
        if (operand == StandardInput)
        {
            return file == StandardInput ? throw new CliException("invalid argument: can't use stdin for both build context and dockerfile")
                : InputContext.Read(StandardStreams.RawIn, file);
        }
        string absolute = operand.Length > 0 ? LocalFiles.Resolve(LocalFiles.Absolute(operand), followLast: true) : "";
        if (absolute.Length > 0 && LocalFiles.TryStatus(absolute, out FileStatus status) == 0)
        {
            return status.Kind == FileKind.Directory ? LocalContext.Open(absolute, file)
                : throw Refuse($"context must be a directory: {LocalFiles.Absolute(operand)}");
        }
        if (!IsAddress(operand)) throw Refuse($"path \"{operand}\" not found");
        if (file == StandardInput) throw Refuse("a Dockerfile from standard input needs a directory as context, not an address");
        return new BuildContext(file.Length > 0 ? file : null, operand, null);
    }

    public static CliException Refuse(string reason) => new($"unable to prepare context: {reason}");

    public static bool IsAddress(string text) =>
        new[] { "http://", "https://", "git://", "ssh://", "github.com/", "git@" }
            .Any(start => text.StartsWith(start, StringComparison.Ordinal));
}
