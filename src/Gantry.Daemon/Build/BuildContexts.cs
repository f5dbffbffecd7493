using System.Text.RegularExpressions;
using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Sessions;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>The contexts of one build: its own, and those that it was given under names.</summary>
internal sealed partial class BuildContexts : IDisposable
{
    private const string Local = "local:", Image = "docker-image://", Offered = "session:";

    /// <summary>The address of a context that the client offers in its session.</summary>
    public const string ClientRemote = "client-session";

    private readonly List<IDisposable> _held = [];

    private BuildContexts(string dockerfile, IgnorePatterns ignored, ContextTrees trees) =>
        (Dockerfile, Ignored, Trees) = (dockerfile, ignored, trees);

    /// <summary>Its text.</summary>
    public string Dockerfile { get; }

    /// <summary>What the build's own context leaves out.</summary>
    public IgnorePatterns Ignored { get; }

    public ContextTrees Trees { get; }

    /// <summary>Of the client; null for one that offers nothing.</summary>
    public IBuildSession? Session { get; private init; }

    /// <summary>What the query says of further contexts.</summary>
    /// <returns>Images by name, and the names of those with files.</returns>
    /// <exception cref="GantryException">Invalid: one has no name, or a place that no client makes.</exception>
    public static (Dictionary<string, string> Images, List<string> Trees) Read(IReadOnlyDictionary<string, string> contexts)
    {
        Dictionary<string, string> images = [];
        List<string> trees = [];
        foreach ((string name, string value) in contexts)
        {
            if (name.Length == 0) throw GantryException.Invalid("a build context has no name");
            if (value.StartsWith(Image, StringComparison.Ordinal)) images.Add(name, value[Image.Length..]);
            else if (value.StartsWith(Local, StringComparison.Ordinal) && !Place().IsMatch(value[Local.Length..]))
                throw GantryException.Invalid($"build context {name} has a place that no client makes: {value}");
            else trees.Add(name);
        }
        return (images, trees);
    }

    /// <param name="body">An archive, where no address is given.</param>
    /// <param name="session">Null for a client that offers nothing.</param>
    public static async Task<BuildContexts> ReceiveAsync(Stream body, BuildQuery query, IBuildSession? session, Builder builder,
        RegistrySettings settings, CancellationToken cancellation)
    {
        if (session is not null && query.Remote == ClientRemote)
            return await OfferedAsync(query, session, builder, settings, cancellation);
        Dictionary<string, string> apart = query.Contexts.Values.Where(value => value.StartsWith(Local, StringComparison.Ordinal))
            .Distinct().ToDictionary(value => value[Local.Length..], _ => builder.NewDirectory());
        if (apart.Count > 0 && query.Remote.Length > 0)
            throw GantryException.Invalid("a context that comes along needs the build's own to come too");
        ContextDirectory own = query.Remote.Length > 0
            ? await RemoteContext.ReceiveAsync(query.Remote, query.Dockerfile, query, builder, settings, cancellation)
            : ContextDirectory.Receive(body, builder.NewDirectory(), query.Dockerfile, cancellation, apart: apart);
        Dictionary<string, ISourceTree> named = new(StringComparer.Ordinal);
        BuildContexts all = new(own.Dockerfile, own.Ignored, new ContextTrees(own, named)) { Session = session };
        all._held.Add(own);
        foreach (string name in query.Options.ContextTrees)
            if (query.Contexts[name] is var value && value.StartsWith(Local, StringComparison.Ordinal))
                named.Add(name, own.Apart[value[Local.Length..]]);
        await all.AddNamedAsync(named, query, builder, settings, cancellation);
        return all;
    }

    /// <summary>By need: the Dockerfile at once, files when a step wants them.</summary>
    private static async Task<BuildContexts> OfferedAsync(BuildQuery query, IBuildSession session, Builder builder,
        RegistrySettings settings, CancellationToken cancellation)
    {
        ClientDockerfile file = await ClientDockerfile.ReceiveAsync(builder.Contexts, session, query.Dockerfile, cancellation);
        ClientTree own = new(builder.Contexts, session,
            new FilesRequest(ClientDockerfile.Context) { Exclude = file.Ignored.Texts }, cancellation);
        Dictionary<string, ISourceTree> named = new(StringComparer.Ordinal);
        BuildContexts all = new(file.Text, file.Ignored, new ContextTrees(own, named)) { Session = session };
        all._held.Add(own);
        await all.AddNamedAsync(named, query, builder, settings, cancellation);
        return all;
    }

    private async Task AddNamedAsync(Dictionary<string, ISourceTree> named, BuildQuery query, Builder builder, RegistrySettings settings,
        CancellationToken cancellation)
    {
        try
        {
            foreach (string name in query.Options.ContextTrees.Where(name => !named.ContainsKey(name)))
            {
                string value = query.Contexts[name];
                ISourceTree files = !value.StartsWith(Offered, StringComparison.Ordinal)
                    ? await RemoteContext.ReceiveAsync(value, null, query, builder, settings, cancellation)
                    : new ClientTree(builder.Contexts, Session ?? throw GantryException.Invalid($"build context {name} needs a session"),
                        new FilesRequest(value[Offered.Length..]), cancellation);
                _held.Add((IDisposable)files);
                named.Add(name, files);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (int i = _held.Count - 1; i >= 0; i--) _held[i].Dispose();
    }

    [GeneratedRegex(@"^\.contexts-[0-9a-f]{16}/[0-9]{1,4}\z")]
    private static partial Regex Place();
}
