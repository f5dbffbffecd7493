using System.Security.Cryptography;
using Gantry.Build.Graph;
using Gantry.Build.Sessions;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>What the client gives one command while it runs: secrets and agents.</summary>
internal sealed class ClientGifts : IDisposable
{
    private readonly List<AgentSocket> _agents = [];
    private readonly List<WorkloadMount> _mounts = [];
    private readonly List<string> _variables = [];

    private ClientGifts() { }

    public IReadOnlyList<WorkloadMount> Mounts => _mounts;

    /// <summary><c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Variables => _variables;

    /// <param name="paths">Of the step; in memory.</param>
    /// <exception cref="GantryException">Invalid, in BuildKit's words: it has not got what the command cannot do without.</exception>
    public static async Task<ClientGifts> AskAsync(RunVertex step, IBuildSession? session, StepPaths paths, CancellationToken cancellation)
    {
        ClientGifts gifts = new();
        try
        {
            foreach (ClientPlace place in step.Places.OfType<ClientPlace>())
            {
                if (place is SecretPlace secret) await gifts.AddSecretAsync(secret, session, paths, cancellation);
                else if (place is AgentPlace agent) await gifts.AddAgentAsync(agent, session, paths, cancellation);
            }
            return gifts;
        }
        catch
        {
            gifts.Dispose();
            throw;
        }
    }

    private async Task AddSecretAsync(SecretPlace place, IBuildSession? session, StepPaths paths, CancellationToken cancellation)
    {
        byte[]? secret = session is null ? null : await session.FindSecretAsync(place.Id, cancellation);
        if (secret is null)
        {
            if (place.IsRequired) throw GantryException.Invalid($"secret {place.Id}: not found");
            return;
        }
        try
        {
            if (place.Variable is not null)
            {
                if (secret.AsSpan().Contains((byte)0))
                    throw GantryException.Invalid($"secret {place.Id}: it has a NUL, which no variable can have");
                _variables.Add($"{place.Variable}={ByteText.Of(secret)}");
            }
            if (place.Target.Length == 0) return;
            string path = paths.OfGift(_mounts.Count);
            Write(path, secret, place);
            _mounts.Add(new BindMount(path, InsidePath.Clean(place.Target)) { ReadOnly = true });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private async Task AddAgentAsync(AgentPlace place, IBuildSession? session, StepPaths paths, CancellationToken cancellation)
    {
        if (session is null || !await session.HasAgentAsync(place.Id, cancellation))
        {
            if (place.IsRequired) throw GantryException.Invalid($"no SSH key {GoQuote.Quote(place.Id)} forwarded from the client");
            return;
        }
        string path = paths.OfGift(_mounts.Count);
        _agents.Add(new AgentSocket(path, () => session.OpenAgentAsync(place.Id, CancellationToken.None)));
        Own(path, place);
        string target = InsidePath.Clean(place.Target);
        _mounts.Add(new BindMount(path, target));
        // Of several the first is meant by who does not choose.
        if (_agents.Count == 1 && !place.IsUnnamed) _variables.Add($"SSH_AUTH_SOCK={target}");
    }

    private static void Write(string path, byte[] secret, ClientPlace place)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        int errno = directory.TryCreate(PathBytes.Of(Path.GetFileName(path)), Octal.O600, out FileWriter? file);
        if (errno == 0)
            using (file) errno = file!.TryWrite(secret);
        if (errno != 0) throw new KernelException("write a secret", errno, path);
        Own(path, place);
    }

    private static void Own(string path, ClientPlace place)
    {
        Node.SetOwner(null, path, place.UserId, place.GroupId);
        Node.SetMode(null, path, place.Mode);
    }

    public void Dispose() => _agents.ForEach(agent => agent.Dispose());
}
