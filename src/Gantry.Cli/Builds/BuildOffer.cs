using System.Security.Cryptography;
using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Build.Contexts;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.Builds.Session;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Builds;

/// <summary>What a build may ask this client for, where the daemon asks: the context by need in place of an archive, secrets, agents.
/// </summary>
internal sealed class BuildOffer
{
    private const string MachineId = "/etc/machine-id", Remote = "client-session";

    private readonly ListFlag<SecretSource> _secrets;
    private readonly ListFlag<AgentFlag> _agents;

    public BuildOffer(FlagSet flags)
    {
        _secrets = flags.List("secret", null, "A secret for RUN --mount=type=secret (id=NAME[,src=FILE|,env=VARIABLE])", "stringArray",
            SecretSource.Parse);
        _agents = flags.List("ssh", null, "An ssh agent for RUN --mount=type=ssh (default, NAME=SOCKET, or NAME=KEY[,KEY])",
            "stringArray", AgentFlag.Parse);
    }

    /// <param name="named">Further contexts.</param>
    /// <param name="sent">Hears how many bytes go before the first step.</param>
    /// <param name="request">Is told of it.</param>
    /// <param name="context">Without an archive where none is needed.</param>
    /// <returns>Null where nothing is offered: then all goes in one archive.</returns>
    /// <exception cref="CliException">The daemon does not ask for what it was given.</exception>
    public ClientSession? Open(ApiClient client, IReadOnlyList<(string Name, string Value)> named, bool archive, Action<long, bool> sent,
        BuildRequest request, ref BuildContext context)
    {
        LocalFilesOffer? files = archive ? null : context.Offer;
        foreach (SecretSource secret in _secrets.Values) secret.Check();
        if (files is not null && named.Count + _secrets.Values.Count + _agents.Values.Count == 0 && context.Small?.Invoke() is { } all)
        {
            // To ask and to answer takes longer than to send it.
            (request.Dockerfile, request.Remote) = (context.Dockerfile, context.Remote);
            context = context with { Write = null, Archive = all };
            sent(all.Length, true);
            return null;
        }
        ClientOffer offer = new(KeyOf(files));
        ClientSession? session;
        try
        {
            session = Open(client, offer, files is not null);
        }
        catch
        {
            offer.Dispose();
            throw;
        }
        bool isOffered = session is not null && files is not null;
        context = NamedContexts.Add(context, named, request, isOffered ? offer.Directories : null);
        (request.Dockerfile, request.Remote, request.ClientSession) = (context.Dockerfile, context.Remote, session?.Id);
        if (!isOffered) return session;
        (request.Dockerfile, request.Remote) = (files!.Dockerfile, Remote);
        context = context with { Write = null };
        offer.Directories[ClientDockerfile.Directory] = new OfferedMemory(files.Files);
        offer.Directories[ClientDockerfile.Context] = new OfferedDirectory(files.Directory, []);
        // What the steps copy goes when they come to it; nothing is said of a step before the Dockerfile has gone.
        offer.Asked = name =>
        {
            if (name == ClientDockerfile.Directory) sent(files.Files.Values.Sum(content => (long)content.Length), true);
        };
        return session;
    }

    private ClientSession? Open(ApiClient client, ClientOffer offer, bool hasFiles)
    {
        // Of several of one name the last is meant.
        foreach (SecretSource secret in _secrets.Values) offer.Secrets[secret.Id] = secret;
        foreach (AgentFlag agent in _agents.Values)
        {
            offer.Agents[agent.Id] = agent.Find(out KeyAgent? started);
            if (started is not null) offer.Started.Add(started);
        }
        bool isNeeded = offer.Secrets.Count + offer.Agents.Count > 0;
        if (!hasFiles && !isNeeded) return null;
        ClientSession? session = ClientSession.TryOpen(client, offer);
        return session is not null || !isNeeded ? session
            : throw new CliException($"option {(offer.Secrets.Count > 0 ? "--secret" : "--ssh")} is not supported by this daemon: without "
                + "BuildKit gantryd alone knows it", CliException.Usage);
    }

    /// <summary>The directory by its path, its machine and its owner, so that no other client's takes its place.</summary>
    private static string KeyOf(LocalFilesOffer? files)
    {
        if (files is null) return "";
        string machine = File.Exists(MachineId) ? File.ReadAllText(MachineId).Trim() : "";
        return Convert.ToHexStringLower(SHA256.HashData(ByteText.Bytes(
            $"{machine}\0{Environment.MachineName}\0{Environment.UserName}\0{files.Directory}")));
    }
}
