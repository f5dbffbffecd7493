using Gantry.Cli.CommandLine;
using Gantry.Cli.Images;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry commit</c>.</summary>
internal sealed class ContainerCommit : Command
{
    private readonly ValueFlag<string> _author, _message;
    private readonly ListFlag<string> _changes;
    private readonly BoolFlag _pause;

    public ContainerCommit()
    {
        _author = Flags.Text("author", 'a', "Who made it (such as \"A Name <a@example.com>\")");
        _changes = Flags.List("change", 'c', "Apply a Dockerfile instruction to the image");
        _message = Flags.Text("message", 'm', "Comment to store with the image");
        _pause = Flags.Switch("pause", 'p', "Pause the container meanwhile", value: true);
    }

    public override string Syntax => "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]";

    public override OperandCount Operands => OperandCount.Between(1, 2);

    public override int Run(Invocation invocation)
    {
        (string? repository, string? tag) = invocation.Operands.Count > 1 ? TargetReference.Split(invocation.Operands[1]) : (null, null);
        invocation.Out.WriteLine(invocation.Client.Containers.Commit(invocation.Operands[0], repository, tag, _author.Value,
            _message.Value, _pause, _changes.Values));
        return 0;
    }
}
