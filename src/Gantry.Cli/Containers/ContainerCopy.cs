using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;
using Gantry.Linux;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry cp</c>.</summary>
internal sealed class ContainerCopy : Command
{
    private const string Stream = "-";

    private readonly BoolFlag _archive, _followLink, _quiet;

    public ContainerCopy()
    {
        _archive = Flags.Switch("archive", 'a', "Keep owners: of the container's user on the way in, as they are on the way out");
        _followLink = Flags.Switch("follow-link", 'L', "Copy what a link in SRC_PATH leads to");
        _quiet = Flags.Switch("quiet", 'q', "Do not say how much was copied");
    }

    public override string Syntax => "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH";

    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        (string? from, string source) = Split(invocation.Operands[0]);
        (string? to, string target) = Split(invocation.Operands[1]);
        if (source.Length == 0) throw new CliException("source can not be empty");
        if (target.Length == 0) throw new CliException("destination can not be empty");
        if (from is not null && to is not null) throw new CliException("copying between containers is not supported");
        if (from is null && to is null) throw new CliException("must specify at least one container source");
        try
        {
            ContainersApi containers = invocation.Client.Containers;
            long copied = from is not null ? CopyOut(containers, from, source, target) : CopyIn(containers, to!, source, target);
            if (!_quiet && target != Stream && TerminalSize.IsTerminal(2))
                invocation.Error.WriteLine($"Successfully copied {ByteSize.Text(copied, 3)} to {invocation.Operands[1]}");
            return 0;
        }
        // Of the list of what is expected the part that has a text of our own: the framework's is for FileFailure.
        catch (Exception e) when (e is GantryException or KernelException)
        {
            throw new CliException(e.Message);
        }
    }

    private long CopyOut(ContainersApi containers, string container, string source, string target)
    {
        string? name = null;
        if (_followLink && containers.PathStatus(container, source) is { IsLink: true } link) (source, name) = (link.LinkTarget, link.Name);
        LocalTarget? local = target == Stream ? null : LocalTarget.Find(target);
        using ApiResponse response = containers.ReadArchive(container, source, out ContainerPathStatus status);
        if (local is not null) return CopiedFiles.Unpack(response.Body, source, status, name, local, withOwners: _archive);
        response.Body.CopyTo(StandardStreams.RawOut, 128 << 10);
        return 0;
    }

    private long CopyIn(ContainersApi containers, string container, string source, string target)
    {
        ContainerPathStatus? there = containers.PathStatus(container, target);
        if (there is { IsLink: true })
        {
            target = there.LinkTarget;
            there = containers.PathStatus(container, target);
        }
        if (source == Stream)
        {
            if (there is not { IsDirectory: true }) throw new CliException($"destination \"{container}:{target}\" must be a directory");
            containers.WriteArchive(container, target, StandardStreams.RawIn, _archive);
            return 0;
        }
        LocalPath local = LocalPath.Find(source, _followLink);
        (string directory, string name) =
            CopyTarget.Choose(local.Name, local.IsDirectory, target, there is null ? null : there.IsDirectory);
        using LocalArchive files = new(local, name);
        containers.WriteArchive(container, directory, files.Content, _archive);
        return files.Finish();
    }

    /// <summary>A path that begins with a slash or a dot is local, whatever colons it has.</summary>
    private static (string? Container, string Path) Split(string argument)
    {
        int colon = argument.IndexOf(':');
        return colon <= 0 || argument[0] is '/' or '.' ? (null, argument) : (argument[..colon], argument[(colon + 1)..]);
    }
}
