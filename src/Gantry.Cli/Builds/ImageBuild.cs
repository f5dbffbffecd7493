using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Registry;

namespace Gantry.Cli.Builds;

/// <summary><c>gantry build</c>.</summary>
internal sealed class ImageBuild : Command
{
    private readonly BuildFlags _build;
    private readonly UnsupportedFlags _unsupported;
    private readonly ValueFlag<string> _file, _imageIdFile, _progress;
    private readonly BoolFlag _quiet, _compress;

    public ImageBuild()
    {
        _build = new BuildFlags(Flags);
        _unsupported = new UnsupportedFlags(Flags);
        _file = Flags.Text("file", 'f', "The Dockerfile, or - for standard input (default: Dockerfile in PATH)");
        _imageIdFile = Flags.Text("iidfile", null, "Write the image's identifier to a file");
        _progress = Flags.Value("progress", null, "How to show what happens: auto, plain, tty, rawjson", "string", Progress, "auto");
        _quiet = Flags.Switch("quiet", 'q', "Print the image's identifier alone");
        _compress = Flags.Switch("compress", null, "Send the context compressed with gzip");
        Flags.Switch("disable-content-trust", null, "Accepted for scripts; signatures are not looked at", true);
    }

    public override string Syntax => "[OPTIONS] PATH | URL | -";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        _unsupported.Refuse();
        BuildRequest request = _build.ToRequest();
        bool quiet = _quiet || _progress.Value == "quiet";
        BuildContext context = BuildContext.Find(invocation.Operands[0], _file.Value);
        (request.Dockerfile, request.Remote, request.Quiet) = (context.Dockerfile, context.Remote, quiet);
        ImageIdFile? identifier = _imageIdFile.Value.Length > 0 ? ImageIdFile.Prepare(_imageIdFile.Value) : null;
        BuildOutput output = new(invocation.Out, invocation.Error, quiet, raw: _progress.Value == "rawjson");
        string? image = Build(invocation, request, context, output);
        if (quiet) invocation.Out.Write($"{image}\n");
        if (identifier is null) return 0;
        identifier.Write(image ?? throw new CliException("the daemon did not say which image it has built"));
        return 0;
    }

    private string? Build(Invocation invocation, BuildRequest request, BuildContext context, BuildOutput output)
    {
        ContextUpload? upload = context.Write is { } write ? new ContextUpload(write, _compress, output.Sent) : null;
        try
        {
            using ApiResponse answer = invocation.Client.Builds.Build(request, upload is null ? null : upload.Write, Logins(invocation));
            return output.Show(answer.Body);
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException or CliException)
        {
            output.Failed();
            // Whatever the daemon makes of half a context, the reason is on this side.
            if (upload?.Failure is { } failure) throw failure;
            throw;
        }
    }

    /// <summary>Most builds need none, so those that cannot be had keep nobody from building.</summary>
    private static Dictionary<string, AuthConfig> Logins(Invocation invocation)
    {
        try
        {
            return Login.All();
        }
        catch (CliException e)
        {
            invocation.Error.WriteLine($"WARNING: building without credentials for registries: {e.Message}");
            return [];
        }
    }

    /// <summary>The live view of a terminal is not there yet: it is shown what a file would be.</summary>
    private static string Progress(string text) => text is "auto" or "plain" or "tty" or "rawjson" or "quiet" ? text
        : throw new FormatException("valid are auto, plain, tty, rawjson and quiet");
}
