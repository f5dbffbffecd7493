using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Images;

/// <summary><c>gantry tag</c>.</summary>
internal sealed class ImageTag : Command
{
    public override string Syntax => "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";

    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        (string repository, string? tag) = TargetReference.Split(invocation.Operands[1]);
        invocation.Client.Images.Tag(invocation.Operands[0], repository, tag);
        return 0;
    }
}
