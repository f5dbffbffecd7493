using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Images;

/// <summary><c>gantry rmi</c>.</summary>
internal sealed class ImageRemove : Command
{
    private readonly BoolFlag _force, _noPrune;

    public ImageRemove()
    {
        _force = Flags.Switch("force", 'f', "Remove although containers or other tags refer to it");
        _noPrune = Flags.Switch("no-prune", null, "Keep untagged images that it was made from");
    }

    public override string Syntax => "[OPTIONS] IMAGE [IMAGE...]";

    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        List<string> errors = [];
        bool onlyMissing = true;
        foreach (string name in invocation.Operands)
        {
            try
            {
                foreach (ImageDeleteResponseItem item in invocation.Client.Images.Remove(name, _force, _noPrune))
                    invocation.Out.WriteLine(item.Deleted is { Length: > 0 } deleted ? $"Deleted: {deleted}"
                        : $"Untagged: {item.Untagged}");
            }
            catch (ApiException e)
            {
                onlyMissing &= e.Status == 404;
                errors.Add($"Error response from daemon: {e.Message}");
            }
        }
        if (errors.Count == 0) return 0;
        // With --force an image that is not there is what was wanted.
        if (!_force || !onlyMissing) throw new CliException(string.Join('\n', errors));
        invocation.Out.Flush();
        foreach (string error in errors) invocation.Error.WriteLine(error);
        return 0;
    }
}
