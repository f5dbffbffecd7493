using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.Builds.Results;
using Gantry.Cli.Builds.Session;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Registry;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds;

/// <summary><c>gantry build</c>.</summary>
internal sealed class ImageBuild : Command
{
    private readonly BuildFlags _build;
    private readonly BuildOffer _offer;
    private readonly UnsupportedFlags _unsupported;
    private readonly ValueFlag<string> _file, _imageIdFile, _metadataFile, _progress, _call;
    private readonly ListFlag<string> _output;
    private readonly ListFlag<(string Name, string Value)> _contexts;
    private readonly BoolFlag _quiet, _compress, _check;

    public ImageBuild()
    {
        _build = new BuildFlags(Flags);
        _offer = new BuildOffer(Flags);
        _unsupported = new UnsupportedFlags(Flags);
        _file = Flags.Text("file", 'f', "The Dockerfile, or - for standard input (default: Dockerfile in PATH)");
        _imageIdFile = Flags.Text("iidfile", null, "Write the image's identifier to a file");
        _metadataFile = Flags.Text("metadata-file", null, "Write what was built to a file, as JSON");
        _output = Flags.List("output", 'o', "What to give: type=image, or the files of the result (a directory, or - for an "
            + "archive on standard output; type=tar,dest=FILE; type=local,dest=DIR)", "stringArray", text => text);
        _contexts = Flags.List("build-context", null, "Another context by its name (name=DIR, name=docker-image://IMAGE, name=URL)",
            "stringArray", NamedContexts.Parse);
        _progress = Flags.Value("progress", null, "How to show what happens: auto, plain, tty, rawjson", "string", Progress, "auto");
        _quiet = Flags.Switch("quiet", 'q', "Print the image's identifier alone");
        _compress = Flags.Switch("compress", null, "Send the context compressed with gzip");
        _call = Flags.Value("call", null, "What to do: build, or check the Dockerfile alone (build, check)", "string", Call, "build");
        _check = Flags.Switch("check", null, "Check the Dockerfile and build nothing: as --call=check");
        Flags.Switch("disable-content-trust", null, "Accepted for scripts; signatures are not looked at", true);
    }

    public override string Syntax => "[OPTIONS] PATH | URL | -";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        _unsupported.Refuse();
        BuildRequest request = _build.ToRequest();
        if (_check || _call.Value == "check") return Check(invocation, request);
        bool quiet = _quiet || _progress.Value == "quiet";
        OutputChoice choice = OutputChoice.Of(_output.Values);
        if (choice.IsFiles && request.Tags.Count > 0)
            throw new CliException($"-t names an image, and --output type={choice.Type} makes none", CliException.Usage);
        request.FilesAlone = choice.IsFiles;
        BuildContext context = BuildContext.Find(invocation.Operands[0], _file.Value);
        (request.Quiet, request.Checks) = (quiet, !quiet);
        OwnBuilder.Need(invocation, [.. new[] { (choice.IsFiles, "--output"), (_contexts.Values.Count > 0, "--build-context"),
            (request.NoCacheStages.Count > 0, "--no-cache-filter") }.Where(option => option.Item1).Select(option => option.Item2)]);
        ImageIdFile? identifier = _imageIdFile.Value.Length > 0 ? ImageIdFile.Prepare(_imageIdFile.Value) : null;
        if (_metadataFile.Value.Length > 0) OutputFile.CheckDirectory(_metadataFile.Value);
        using ResultFiles? files = choice.IsFiles ? ResultFiles.Open(choice) : null;
        // Nothing is mixed into an archive.
        TextWriter said = choice.IsStandardOutput ? invocation.Error : invocation.Out;
        BuildOutput output = new(said, invocation.Error, quiet, raw: _progress.Value == "rawjson", files is null ? null : files.Write);
        using ClientSession? session = _offer.Open(invocation.Client, _contexts.Values, _compress, output.Sent, request, ref context);
        string? image = Build(invocation, request, context, output);
        files?.Finish();
        if (quiet) said.Write($"{image}\n");
        Record(image, request, identifier);
        return 0;
    }

    private void Record(string? image, BuildRequest request, ImageIdFile? identifier)
    {
        if (identifier is null && _metadataFile.Value.Length == 0) return;
        if (image is null) throw new CliException("the daemon did not say which image it has built");
        identifier?.Write(image);
        if (_metadataFile.Value.Length > 0) MetadataFile.Write(_metadataFile.Value, image, request.Tags);
    }

    private string? Build(Invocation invocation, BuildRequest request, BuildContext context, BuildOutput output)
    {
        ContextUpload? upload = context.Write is { } write ? new ContextUpload(write, _compress, output.Sent) : null;
        try
        {
            using ApiResponse answer = invocation.Client.Builds.Build(request, upload is null ? null : upload.Write, Logins(invocation));
            string? image = output.Show(answer.Body);
            output.TellWarnings();
            return image;
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException or CliException)
        {
            output.Failed();
            output.TellWarnings();
            // Whatever the daemon makes of half a context, the reason is on this side.
            if (upload?.Failure is { } failure) throw failure;
            throw;
        }
    }

    /// <returns>The exit status: 1 when something was found.</returns>
    private int Check(Invocation invocation, BuildRequest request)
    {
        RefuseResults();
        BuildContext context = BuildContext.Find(invocation.Operands[0], _file.Value);
        using ClientSession? session =
            _offer.Open(invocation.Client, _contexts.Values, _compress, static (_, _) => { }, request, ref context);
        ContextUpload? upload = context.Write is { } write ? new ContextUpload(write, _compress, static (_, _) => { }) : null;
        try
        {
            BuildCheckReport report = invocation.Client.Builds.Check(request, upload is null ? null : upload.Write);
            CheckOutput.WriteReport(invocation.Out, report);
            return report.Warnings.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException)
        {
            if (upload?.Failure is { } failure) throw failure;
            if (e is ApiException { Status: 404 }) throw new CliException("this daemon does not check Dockerfiles; gantryd does");
            throw;
        }
    }

    private void RefuseResults()
    {
        foreach ((bool isGiven, string option) in new[] { (_output.Values.Count > 0, "--output"),
            (_imageIdFile.Value.Length > 0, "--iidfile"), (_metadataFile.Value.Length > 0, "--metadata-file") })
            if (isGiven) throw new CliException($"{option} is of what is built, and --check builds nothing", CliException.Usage);
    }

    private static string Call(string text) => text is "build" or "check" ? text
        : throw new FormatException($"\"{text}\" is not supported: valid are build and check");

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
