using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Repositories;
using Gantry.Daemon.Images;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Build;

/// <summary>A context that the client has but an address of: a git repository, or a file of the network.</summary>
internal static class RemoteContext
{
    /// <summary>The variable of BuildKit's own that says that a context has git's files.</summary>
    private const string KeepGit = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

    /// <exception cref="GantryException">It is not to be had, in the words of who does not give it.</exception>
    /// <param name="dockerfile">Null for files that are copied from alone.</param>
    public static async Task<ContextDirectory> ReceiveAsync(string remote, string? dockerfile, BuildQuery query, Builder builder,
        RegistrySettings settings, CancellationToken cancellation)
    {
        if (GitAddress.Find(remote, bareHosts: true) is not { } repository)
            return WebContext.Receive(remote, dockerfile, builder, settings, cancellation);
        bool keepGit = query.Options.Arguments.TryGetValue(KeepGit, out string? text) && GoBool.Parse(text) == true;
        return await builder.ReceiveAsync(repository, dockerfile, keepGit, cancellation);
    }
}
