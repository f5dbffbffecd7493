using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Tests.Shared;

namespace Gantry.Network.Tests.Networks;

/// <summary>A network's file damaged in every way: the others stay, and until the next boot it is known from its copy.</summary>
public sealed class NetworkStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-networks-").FullName;
    private readonly NetworkRecord _hit = New("hit", 'a'), _other = New("other", 'b');

    public NetworkStoreTests()
    {
        Directory.CreateDirectory($"{_root}/networks");
        NetworkStore store = Open(copies: true);
        store.Save(_hit);
        store.Save(_other);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string> Kinds => new(FileDamage.Kinds);

    [Theory, MemberData(nameof(Kinds))]
    public void WithItsCopyItIsWhole(string kind)
    {
        FileDamage.Inflict(kind, PathOf(_hit));
        NetworkStore store = Open(copies: true);
        Assert.Equal(["hit", "other"], store.Load(path => Assert.Fail(path)).Select(network => network.Name).Order());
        Damage damage = Assert.Single(store.Damages);
        Assert.Equal("hit", damage.Name);
        damage.Repair!();
        Assert.Empty(store.Damages);
        store = Open(copies: true);
        NetworkRecord mended = store.Load(path => Assert.Fail(path)).Single(network => network.Name == "hit");
        Assert.Equal("10.1.0.0/16", mended.Pools[0].Subnet.ToString());
        Assert.Empty(store.Damages);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AfterABootItAloneIsLost(string kind)
    {
        FileDamage.Inflict(kind, PathOf(_hit));
        NetworkStore store = Open(copies: false);
        List<string> damaged = [];
        Assert.Equal("other", Assert.Single(store.Load(damaged.Add)).Name);
        // One that is in no list is not missed.
        if (kind == "missing") return;
        Assert.StartsWith(PathOf(_hit) + JsonFile.Aside, Assert.Single(damaged));
        Assert.Contains("set aside as", Assert.Single(store.Damages).What);
        // And it is told of until somebody has looked.
        store = Open(copies: false);
        store.Load(damaged.Add);
        Assert.Equal(2, damaged.Count);
        Assert.Single(store.Damages).Repair!();
        store = Open(copies: false);
        store.Load(damaged.Add);
        Assert.Empty(store.Damages);
    }

    [Fact]
    public void ARecordThatSaysNonsenseIsDamaged()
    {
        File.WriteAllText(PathOf(_hit), File.ReadAllText(PathOf(_hit)).Replace("10.1.0.0/16", "here and there"));
        Assert.Equal(2, Open(copies: true).Load(path => Assert.Fail(path)).Count);
    }

    [Fact]
    public void OneThatWasRemovedStaysSo()
    {
        Open(copies: true).Delete(_hit);
        NetworkStore store = Open(copies: true);
        Assert.Equal("other", Assert.Single(store.Load(path => Assert.Fail(path))).Name);
        Assert.Empty(store.Damages);
    }

    [Fact]
    public void WithoutItsDirectoryAllIsFoundInTheCopies()
    {
        Open(copies: true, "mine").Load(path => Assert.Fail(path));
        Directory.Move($"{_root}/networks", $"{_root}/elsewhere");
        NetworkStore store = Open(copies: true, "mine");
        Assert.Equal(["hit", "other"], store.Load(path => Assert.Fail(path)).Select(network => network.Name).Order());
        Assert.All(store.Damages, damage => Assert.Contains("put together again", damage.What));
        Assert.True(File.Exists(PathOf(_hit)));
    }

    [Fact]
    public void CopiesOfAnotherDataRootAreNobodys()
    {
        Open(copies: true, "another's").Load(path => Assert.Fail(path));
        File.Delete(PathOf(_hit));
        NetworkStore store = Open(copies: true, "mine");
        Assert.Equal("other", Assert.Single(store.Load(path => Assert.Fail(path))).Name);
        Assert.Empty(store.Damages);
    }

    [Fact]
    public void WhateverIsInItsPlaceItIsRemoved()
    {
        foreach (string directory in (string[])["networks", "copies"])
        {
            File.Delete($"{_root}/{directory}/{_hit.Id}.json");
            Directory.CreateDirectory($"{_root}/{directory}/{_hit.Id}.json/inside");
        }
        Open(copies: true).Delete(_hit);
        Assert.True(Directory.Exists($"{PathOf(_hit)}{JsonFile.Aside}/inside"));
        Assert.Equal("other", Assert.Single(Open(copies: true).Load(_ => { })).Name);
    }

    private NetworkStore Open(bool copies, string owner = "") =>
        new(Path.Combine(_root, "networks"), copies ? Path.Combine(_root, "copies") : null, owner);

    private string PathOf(NetworkRecord network) => $"{_root}/networks/{network.Id}.json";

    private static NetworkRecord New(string name, char digit) => new()
    {
        Id = new string(digit, 64), Name = name, Driver = "bridge", Bridge = $"br-{name}",
        Pools = [new AddressPool { Subnet = Subnet.Parse(digit == 'a' ? "10.1.0.0/16" : "10.2.0.0/16") }],
    };
}
