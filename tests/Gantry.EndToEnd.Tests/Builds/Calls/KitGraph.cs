using System.Security.Cryptography;
using Gantry.BuildKit.Protocol.GraphApi;
using Google.Protobuf;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>Writes a graph of steps as clients do that plan their builds themselves.</summary>
internal sealed class KitGraph
{
    private readonly Definition _definition = new();

    public Input Add(Op op, params IEnumerable<Input> inputs)
    {
        op.Inputs.AddRange(inputs);
        ByteString bytes = op.ToByteString();
        if (!_definition.Def.Contains(bytes)) _definition.Def.Add(bytes);
        return new Input { Digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}" };
    }

    public Input Source(string address, params (string Name, string Value)[] attributes)
    {
        SourceOp source = new() { Identifier = address };
        foreach ((string name, string value) in attributes) source.Attrs.Add(name, value);
        return Add(new Op { Source = source });
    }

    public Input Image(string name) => Source($"docker-image://docker.io/library/{name}:latest");

    /// <summary>What another graph, or a result, gives.</summary>
    public Input Of(Definition other)
    {
        foreach (ByteString op in other.Def.SkipLast(1))
            if (!_definition.Def.Contains(op)) _definition.Def.Add(op);
        return Op.Parser.ParseFrom(other.Def[^1]).Inputs[0];
    }

    public static ExecOp Shell(string script, params IEnumerable<Mount> mounts)
    {
        ExecOp exec = new() { Meta = new Meta { Args = { "/bin/sh", "-ec", script }, Cwd = "/" }, Mounts = { new Mount { Dest = "/" } } };
        exec.Mounts.AddRange(mounts);
        return exec;
    }

    public Input Run(Input root, string script) => Add(new Op { Exec = Shell(script) }, root);

    public Input Run(ExecOp exec, params IEnumerable<Input> inputs) => Add(new Op { Exec = exec }, inputs);

    /// <summary>A chain, each action on what came of the one before it; sources of copies are further inputs.</summary>
    public Input Change(IReadOnlyList<Input> inputs, params IReadOnlyList<FileAction> actions)
    {
        FileOp file = new();
        for (int i = 0; i < actions.Count; i++)
        {
            actions[i].Input = i == 0 ? inputs.Count > 0 ? 0 : -1 : inputs.Count + i - 1;
            if (actions[i].ActionCase != FileAction.ActionOneofCase.Copy) actions[i].SecondaryInput = -1;
            actions[i].Output = i == actions.Count - 1 ? 0 : -1;
            file.Actions.Add(actions[i]);
        }
        return Add(new Op { File = file }, inputs);
    }

    public Input Merge(params IReadOnlyList<Input> trees)
    {
        MergeOp merge = new();
        for (int i = 0; i < trees.Count; i++) merge.Inputs.Add(new MergeInput { Input = i });
        return Add(new Op { Merge = merge }, trees);
    }

    public Input Difference(Input lower, Input upper) => Add(new Op
    {
        Diff = new DiffOp { Lower = new LowerDiffInput { Input = 0 }, Upper = new UpperDiffInput { Input = 1 } },
    }, lower, upper);

    public OpMetadata Metadata(Input of)
    {
        if (!_definition.Metadata.TryGetValue(of.Digest, out OpMetadata? metadata)) _definition.Metadata.Add(of.Digest, metadata = new());
        return metadata;
    }

    public Definition To(Input result)
    {
        Definition whole = _definition.Clone();
        whole.Def.Add(new Op { Inputs = { result } }.ToByteString());
        return whole;
    }

    public static FileAction File(string path, string content, int mode = 0x1a4) =>
        new() { Mkfile = new FileActionMkFile { Path = path, Mode = mode, Data = ByteString.CopyFromUtf8(content), Timestamp = -1 } };

    public static FileAction Directory(string path, int mode = 0x1ed) =>
        new() { Mkdir = new FileActionMkDir { Path = path, Mode = mode, MakeParents = true, Timestamp = -1 } };

    public static FileAction Link(string target, string path) =>
        new() { Symlink = new FileActionSymlink { Oldpath = target, Newpath = path, Timestamp = -1 } };

    public static FileAction Remove(string path) => new() { Rm = new FileActionRm { Path = path } };

    /// <param name="from">Among the inputs of the operation.</param>
    public static FileAction Copy(long from, string source, string destination) => new()
    {
        SecondaryInput = from, Copy = new FileActionCopy
        {
            Src = source, Dest = destination, Mode = -1, Timestamp = -1, FollowSymlink = true, DirCopyContents = true,
                CreateDestPath = true,
        },
    };
}
