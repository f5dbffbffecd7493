using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.Builds.Calls;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.Builds.Progress;
using Gantry.Cli.Builds.Results;
using Gantry.Cli.Builds.Session;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Registry;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds;

/// <summary><c>gantry build</c>.</summary>
internal sealed class ImageBuild : Command
{
    /// <summary>Of a terminal that does not say how large it is.</summary>
    private const int UsualRows = 24, UsualColumns = 80;

    private readonly BuildFlags _build;
    private readonly BuildOffer _offer;
    private readonly UnsupportedFlags _unsupported;
    private readonly AttestationFlags _attestations;
    private readonly ValueFlag<string> _file, _imageIdFile, _metadataFile, _progress;
    private readonly ValueFlag<CallChoice> _call;
    private readonly ListFlag<string> _output;
    private readonly ListFlag<(string Name, string Value)> _contexts;
    private readonly BoolFlag _quiet, _compress, _check, _push;

    public ImageBuild()
    {
        _build = new BuildFlags(Flags);
        _offer = new BuildOffer(Flags);
        _unsupported = new UnsupportedFlags(Flags);
        _attestations = new AttestationFlags(Flags);
        _file = Flags.Text("file", 'f', "The Dockerfile, or - for standard input (default: Dockerfile in PATH)");
        _imageIdFile = Flags.Text("iidfile", null, "Write the image's identifier to a file");
        _metadataFile = Flags.Text("metadata-file", null, "Write what was built to a file, as JSON");
        _output = Flags.List("output", 'o', "What to give: type=image[,name=NAME][,push=true], an image in an archive "
            + "(type=oci|docker,dest=FILE), or the files of the result (a directory, or - for an archive on standard output; "
            + "type=tar,dest=FILE; type=local,dest=DIR)", "stringArray", text => text);
        _contexts = Flags.List("build-context", null, "Another context by its name (name=DIR, name=docker-image://IMAGE, name=URL)",
            "stringArray", NamedContexts.Parse);
        _progress = Flags.Value("progress", null, "How to show what happens: auto, plain, tty, rawjson", "string", Progress, "auto");
        _push = Flags.Switch("push", null, "Push the image when it is built: as --output type=registry");
        _quiet = Flags.Switch("quiet", 'q', "Print the image's identifier alone");
        _compress = Flags.Switch("compress", null, "Send the context compressed with gzip");
        _call = Flags.Value("call", null, "What to do: build, or tell of the Dockerfile alone what its checks find, what it can be given, "
            + "which stages it has (build, check, outline, targets; with ,format=json)", "string", CallChoice.Parse, CallChoice.Build);
        _check = Flags.Switch("check", null, "Check the Dockerfile and build nothing: as --call=check");
        Flags.Switch("disable-content-trust", null, "Accepted for scripts; signatures are not looked at", true);
    }

    public override string Syntax => "[OPTIONS] PATH | URL | -";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        _unsupported.Refuse();
        BuildRequest request = _build.ToRequest();
        request.Attestations = _attestations.All;
        CallChoice call = _check ? _call.Value with { Method = CallChoice.Check.Method } : _call.Value;
        if (call.Method != CallChoice.Build.Method) return Ask(invocation, request, call);
        bool quiet = _quiet || _progress.Value == "quiet";
        OutputChoice choice = Choose(request);
        BuildContext context = BuildContext.Find(invocation.Operands[0], _file.Value);
        (request.Quiet, request.Checks) = (quiet, !quiet);
        IReadOnlyList<(string Name, string Value)> contexts =
            [.. _contexts.Values, .. CacheContexts.Add(_build.CacheDirectories, request, invocation.Error)];
        OwnBuilder.Need(invocation, NeedOwnBuilder(choice, request));
        ImageIdFile? identifier = _imageIdFile.Value.Length > 0 ? ImageIdFile.Prepare(_imageIdFile.Value) : null;
        if (_metadataFile.Value.Length > 0) OutputFile.CheckDirectory(_metadataFile.Value);
        using ResultFiles? files = choice.IsArchive ? ResultFiles.Open(choice) : null;
        using ResultFiles? cache = _build.CacheTarget is { } place ? ResultFiles.OpenDirectory(place) : null;
        // Nothing is mixed into an archive.
        TextWriter said = choice.IsStandardOutput ? invocation.Error : invocation.Out;
        bool raw = _progress.Value == "rawjson";
        using LiveDisplay? live = quiet ? null : Live(said, choice.IsStandardOutput ? 2 : 1);
        request.Vertices = raw || live is not null;
        BuildOutput output = new(said, invocation.Error, quiet, raw, files is null ? null : files.Write, live)
        {
            Cache = cache is null ? null : cache.Write,
        };
        using ClientSession? session = _offer.Open(invocation.Client, contexts, _compress, output.Sent, request, ref context);
        string? image = Build(invocation, request, context, output);
        string? index = output.Index;
        files?.Finish();
        cache?.Finish();
        if (quiet) said.Write($"{image}\n");
        if (choice.Push) PushedNames.Push(invocation, request.Tags, quiet ? TextWriter.Null : invocation.Out);
        Record(image, index, request, identifier);
        return 0;
    }

    private List<string> NeedOwnBuilder(OutputChoice choice, BuildRequest request)
    {
        (bool IsGiven, string Option)[] all =
        [
            (choice.IsArchive, "--output"), (request.PlacedAnnotations.Count > 0, "--annotation"),
            (request.Attestations.Count > 0, "--attest"),
            (request.Platforms.Count > 0, "--platform with several platforms"),
            (_contexts.Values.Count > 0, "--build-context"),
            (request.CacheExports.Count > 0, "--cache-to"),
            (request.CacheImports.Exists(cache => cache.Type == "local"), "--cache-from type=local"),
            (request.NoCacheStages.Count > 0, "--no-cache-filter"),
        ];
        return [.. all.Where(option => option.IsGiven).Select(option => option.Option)];
    }

    private OutputChoice Choose(BuildRequest request)
    {
        OutputChoice choice = OutputChoice.Of(_output.Values);
        if (_push && choice.IsArchive)
            throw new CliException($"--push is of an image in the engine, and --output type={choice.Type} makes none", CliException.Usage);
        choice = choice with { Push = choice.Push || _push };
        if (choice.IsFiles && request.Tags.Count > 0)
            throw new CliException($"-t names an image, and --output type={choice.Type} makes none", CliException.Usage);
        request.Tags = [.. request.Tags, .. choice.Names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ImageName.Check)];
        if (choice.Push && request.Tags.Count == 0)
            throw new CliException("tag is needed when pushing to registry", CliException.Usage);
        (request.Output, request.IsSplit) = (choice.Wire, choice.IsSplit);
        return choice;
    }

    private void Record(string? image, string? index, BuildRequest request, ImageIdFile? identifier)
    {
        if (identifier is null && _metadataFile.Value.Length == 0) return;
        if (image is null) throw new CliException("the daemon did not say which image it has built");
        identifier?.Write(image);
        if (_metadataFile.Value.Length > 0) MetadataFile.Write(_metadataFile.Value, image, index, request.Tags);
    }

    private string? Build(Invocation invocation, BuildRequest request, BuildContext context, BuildOutput output)
    {
        ContextUpload? upload = context.Write is { } write ? new ContextUpload(write, _compress, output.Sent) : null;
        try
        {
            using ApiResponse answer = invocation.Client.Builds.Build(request, upload is null ? null : upload.Write, Logins(invocation),
                context.Archive);
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

    private int Ask(Invocation invocation, BuildRequest request, CallChoice call)
    {
        RefuseResults(call);
        BuildContext context = BuildContext.Find(invocation.Operands[0], _file.Value);
        using ClientSession? session =
            _offer.Open(invocation.Client, _contexts.Values, _compress, static (_, _) => { }, request, ref context);
        ContextUpload? upload = context.Write is { } write ? new ContextUpload(write, _compress, static (_, _) => { }) : null;
        try
        {
            return new DockerfileCall(invocation, call).Run(request, upload is null ? null : upload.Write, context.Archive);
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException)
        {
            if (upload?.Failure is { } failure) throw failure;
            if (e is ApiException { Status: 404 }) throw new CliException("this daemon does not check Dockerfiles; gantryd does");
            throw;
        }
    }

    private void RefuseResults(CallChoice call)
    {
        foreach ((bool isGiven, string option) in new[] { (_output.Values.Count > 0, "--output"), (_push, "--push"),
            (_imageIdFile.Value.Length > 0, "--iidfile"), (_metadataFile.Value.Length > 0, "--metadata-file") })
            if (isGiven)
                throw new CliException($"{option} is of what is built, and --{(_check ? "check" : $"call={call.Method}")} builds nothing",
                    CliException.Usage);
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

    /// <param name="descriptor">Where the writer writes to.</param>
    /// <returns>Null where text is shown.</returns>
    private LiveDisplay? Live(TextWriter writer, int descriptor)
    {
        bool isTerminal = TerminalSize.IsTerminal(descriptor);
        if (_progress.Value == "tty" && !isTerminal) throw new CliException("--progress=tty needs a terminal", CliException.Usage);
        if (!isTerminal || _progress.Value is not ("tty" or "auto")) return null;
        return new LiveDisplay(writer, () => TerminalSize.Of(descriptor) ?? new TerminalSize(UsualRows, UsualColumns), TimeProvider.System);
    }

    private static string Progress(string text) => text is "auto" or "plain" or "tty" or "rawjson" or "quiet" ? text
        : throw new FormatException("valid are auto, plain, tty, rawjson and quiet");
}
