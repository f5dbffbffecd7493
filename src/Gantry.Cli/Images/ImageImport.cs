using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary><c>gantry import</c>.</summary>
internal sealed class ImageImport : Command
{
    private readonly ListFlag<string> _changes;
    private readonly ValueFlag<string> _message, _platform;

    public ImageImport()
    {
        _changes = Flags.List("change", 'c', "Apply a Dockerfile instruction to the image");
        _message = Flags.Text("message", 'm', "Comment to store with the image");
        _platform = Flags.Text("platform", null, "Platform that the image is for");
    }

    public override string Syntax => "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]";

    public override OperandCount Operands => OperandCount.Between(1, 2);

    public override int Run(Invocation invocation)
    {
        string source = invocation.Operands[0];
        string? reference = invocation.Operands.Count > 1 ? invocation.Operands[1] : null;
        bool isAddress = source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
        using Stream? file = isAddress || source == "-" ? null : ArchiveFile.OpenRead(source);
        Stream? archive = isAddress ? null : file ?? StandardStreams.RawIn;
        using ApiResponse response = invocation.Client.Images.Import(isAddress ? source : "-", archive, reference, null, _message.Value,
            _changes.Values, _platform.Value);
        MessageDisplay.For(invocation.Out, descriptor: 1).Show(JsonLines.Messages(response.Body));
        return 0;
    }
}
