using System.Security.Cryptography;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>What clients have sent of their directories, kept so that only what has changed is sent again: <c>build/contexts</c>, a
/// directory for each of theirs.</summary>
/// <remarks>
/// Builds that run side by side never see each other's changes: who wants it otherwise than a tree is that somebody has, makes another
/// one, which has the same files by further names. The last one stays, the others go with their builds. Nothing is synced: a tree from
/// before a power loss is dropped, and so is one that is not as it was left.
/// </remarks>
public sealed class KeptContexts
{
    private readonly string _directory;
    private readonly Func<string> _newPath;
    private readonly TimeProvider _time;
    private readonly KeyedGate _turns = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeptTree> _current = new(StringComparer.Ordinal);

    /// <param name="newPath">Gives a directory on the same file system that is not there yet, where nobody else passes.</param>
    public KeptContexts(string directory, Func<string> newPath, TimeProvider? time = null)
    {
        (_directory, _newPath, _time) = (directory, newPath, time ?? TimeProvider.System);
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        List<string> gone = [];
        foreach (string path in OwnDirectory.Directories(directory, followLinks: false))
        {
            KeptTree? tree = KeptTree.TryFind(path);
            if (tree is null) gone.Add(path);
            else if (!_current.TryAdd(tree.Key, tree))
            {
                // A crash came between the new one and the end of the old.
                KeptTree other = _current[tree.Key];
                bool isNewer = tree.Record!.LastUsed > other.Record!.LastUsed;
                gone.Add(isNewer ? other.Directory : path);
                if (isNewer) _current[tree.Key] = tree;
            }
        }
        if (gone.Count > 0) Tidied = Task.Run(() => gone.ForEach(KeptTree.TryRemove));
    }

    /// <summary>Ends when what was left, and is of no use, is gone; nobody need wait for it.</summary>
    public Task Tidied { get; } = Task.CompletedTask;

    /// <summary>All of them, for whoever lists and prunes.</summary>
    public IReadOnlyList<KeptContext> All
    {
        get
        {
            lock (_gate)
                return [.. _current.Values.Select(tree => new KeptContext(tree.Name, tree.Record!.Title, tree.Users > 0, tree.Record.Size,
                    tree.Record.Created, tree.Record.LastUsed, tree.Record.Uses))];
        }
    }

    /// <returns>False when a build has it, or it is gone already.</returns>
    public bool Remove(string name)
    {
        KeptTree? tree;
        lock (_gate)
        {
            tree = _current.Values.FirstOrDefault(tree => tree.Name == name);
            if (tree is null || tree.Users > 0) return false;
            _current.Remove(tree.Key);
        }
        KeptTree.TryRemove(tree.Directory);
        return true;
    }

    /// <summary>Fetches the files of a client's directory: the contents of those alone that are not here as the client has them.</summary>
    /// <param name="keep">False for what goes with the build, and does not take the place of what is kept.</param>
    /// <exception cref="GantryException">Invalid: what the client tells makes no sense, or is too much; Internal: the disk refuses;
    /// Unavailable: the client has gone.</exception>
    public async Task<ClientFiles> ReceiveAsync(IBuildSession session, FilesRequest request, CancellationToken cancellation,
        bool keep = true)
    {
        await using IPacketStream packets = await session.OpenFilesAsync(request, cancellation);
        string key = KeyOf(session, request);
        bool isKept = keep && session.SharedKey.Length > 0;
        KeptTree? known = isKept ? await TakeAsync(key, cancellation) : null;
        try
        {
            List<KeptEntry> old = known is null ? [] : Load(known, cancellation);
            if (known is not null && old.Count == 0) Retire(ref known);
            using StagedFiles staged = new(_newPath());
            FileReceiver receiver = new(packets, old, staged, new ReceiveLimits());
            List<KeptEntry> entries = await receiver.RunAsync(cancellation);
            Received received = new(key, $"local source for {request.Name}", isKept, old, entries, receiver.NeedsNewTree);
            using (await _turns.EnterAsync(key, cancellation)) return Keep(received, staged.Root, ref known, cancellation);
        }
        catch (KernelException e)
        {
            throw StagedFile.Explain(e);
        }
        finally
        {
            if (known is not null) Release(known);
        }
    }

    private sealed record Received(string Key, string Title, bool IsKept, List<KeptEntry> Old, List<KeptEntry> Entries, bool NeedsNewTree)
    {
        public bool IsSame => Entries.Count == Old.Count && !Entries.Exists(entry => entry.IsFresh);
    }

    /// <param name="known">Taken over, and null then.</param>
    private ClientFiles Keep(Received received, DirectoryHandle staged, ref KeptTree? known, CancellationToken cancellation)
    {
        KeptTree tree;
        if (known is not null && received.IsSame) tree = known;
        else if (known is not null && !received.NeedsNewTree && IsAlone(known))
        {
            tree = known;
            Change(tree, received, staged, cancellation);
        }
        else
        {
            tree = Make(received, staged, known, cancellation);
            if (known is not null) Release(known);
        }
        known = null;
        return Open(tree, received);
    }

    /// <summary>Nobody else begins with it meanwhile: that is a matter of turns.</summary>
    private bool IsAlone(KeptTree tree)
    {
        lock (_gate) return tree.Users == 1;
    }

    private void Change(KeptTree tree, Received received, DirectoryHandle staged, CancellationToken cancellation)
    {
        try
        {
            // From here on until it is written again the tree is no tree.
            File.Delete(tree.Index);
            Fill(tree, staged, null, received.Old, received.Entries, cancellation);
        }
        catch
        {
            Forget(tree);
            throw;
        }
    }

    private KeptTree Make(Received received, DirectoryHandle staged, KeptTree? known, CancellationToken cancellation)
    {
        KeptTree tree = KeptTree.Make(
            received.IsKept ? Path.Combine(_directory, $"{received.Key}.{RandomId.New()[..16]}") : _newPath(), received.Key);
        tree.Users = 1;
        try
        {
            using DirectoryHandle? before = known is null ? null : DirectoryHandle.Open(known.Tree);
            Fill(tree, staged, before, [], received.Entries, cancellation);
        }
        catch
        {
            KeptTree.TryRemove(tree.Directory);
            throw;
        }
        return tree;
    }

    private static void Fill(KeptTree tree, DirectoryHandle staged, DirectoryHandle? before, List<KeptEntry> old, List<KeptEntry> entries,
        CancellationToken cancellation)
    {
        using DirectoryHandle root = DirectoryHandle.Open(tree.Tree);
        using TreeUpdate update = new(root, staged, before, cancellation);
        update.Run(old, entries);
    }

    private ClientFiles Open(KeptTree tree, Received received)
    {
        try
        {
            if (received.IsKept) Write(tree, received);
            return new ClientFiles(tree.Tree, received.Entries, () => Release(tree));
        }
        catch
        {
            Release(tree);
            throw;
        }
    }

    private void Write(KeptTree tree, Received received)
    {
        try
        {
            if (!File.Exists(tree.Index)) KeptIndex.Save(tree.Index, received.Entries);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk: it serves this build, and goes with it.
            Forget(tree);
            return;
        }
        DateTimeOffset now = _time.GetUtcNow();
        tree.Keep((tree.Record ?? new KeptRecord { Title = received.Title, Created = now, Boot = HostBoot.Id }) with
        {
            LastUsed = now, Uses = (tree.Record?.Uses ?? 0) + 1,
            Size = received.Entries.Sum(entry => entry.HasContent ? entry.Stat.Size : 0),
        });
        KeptTree? replaced;
        lock (_gate)
        {
            _current.TryGetValue(tree.Key, out replaced);
            _current[tree.Key] = tree;
            if (replaced == tree || replaced?.Users > 0) replaced = null;
        }
        if (replaced is not null) KeptTree.TryRemove(replaced.Directory);
    }

    /// <summary>The tree that is here of a directory, which stays as it is until it is released.</summary>
    private async Task<KeptTree?> TakeAsync(string key, CancellationToken cancellation)
    {
        using (await _turns.EnterAsync(key, cancellation))
            lock (_gate)
            {
                if (_current.TryGetValue(key, out KeptTree? tree)) tree.Users++;
                return tree;
            }
    }

    /// <returns>Empty for one that is not as it was left.</returns>
    private static List<KeptEntry> Load(KeptTree tree, CancellationToken cancellation)
    {
        if (KeptIndex.TryLoad(tree.Index) is not { } entries) return [];
        try
        {
            using DirectoryHandle root = DirectoryHandle.Open(tree.Tree);
            return KeptCheck.Run(root, entries, cancellation) ? entries : [];
        }
        catch (KernelException)
        {
            return [];
        }
    }

    private void Retire(ref KeptTree? tree)
    {
        Forget(tree!);
        Release(tree!);
        tree = null;
    }

    /// <summary>Nobody begins with it any more.</summary>
    private void Forget(KeptTree tree)
    {
        lock (_gate)
            if (_current.GetValueOrDefault(tree.Key) == tree) _current.Remove(tree.Key);
    }

    private void Release(KeptTree tree)
    {
        lock (_gate)
            if (--tree.Users > 0 || _current.GetValueOrDefault(tree.Key) == tree) return;
        KeptTree.TryRemove(tree.Directory);
    }

    /// <summary>A part of a directory is kept by itself: the next build of the same file wants the same of it.</summary>
    private static string KeyOf(IBuildSession session, FilesRequest request) => Convert.ToHexStringLower(SHA256.HashData(
        ByteText.Bytes(string.Join('\0', [session.SharedKey, request.Name, .. request.Follow,
            .. request.Include.Count > 0 ? ["include", .. request.Include] : (string[])[]]))))[..32];
}
