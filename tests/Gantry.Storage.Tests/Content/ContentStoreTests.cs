using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Content;

public sealed class ContentStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void ABlobIsFoundByItsDigest()
    {
        ContentStore store = new(_directory.Path);
        string digest = store.Put("hello"u8);
        Assert.Equal(Digest.Of("hello"u8), digest);
        Assert.Equal("hello"u8.ToArray(), store.Read(digest, 100));
        Assert.Equal(5, store.Size(digest));
        Assert.Equal([digest], store.All);
        store.Put("hello"u8);
        store.Delete(digest);
        store.Delete(digest);
        Assert.False(store.Contains(digest));
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => store.Open(digest)).Kind);
    }

    [Fact]
    public void WithoutContentNothingIsTaken()
    {
        ContentStore store = new(_directory.Path);
        Assert.Equal(0, store.DiskUsage());
        string digest = store.Put("hello"u8);
        Assert.Equal(store.DiskUsage(digest), store.DiskUsage());
        Assert.True(store.DiskUsage() > 0);
    }

    [Fact]
    public void WrongContentIsNotKept()
    {
        ContentStore store = new(_directory.Path);
        using (ContentWriter writer = store.Begin())
        {
            writer.Write("hello"u8);
            Assert.Contains("does not match its digest", Assert.Throws<GantryException>(() => writer.Commit(Digest.Of("other"u8))).Message);
        }
        Assert.Empty(store.All);
        Assert.Empty(Directory.GetFiles(_directory["ingest"]));
    }

    [Fact]
    public void AnUnfinishedBlobIsRemoved()
    {
        ContentStore store = new(_directory.Path);
        using (ContentWriter writer = store.Begin()) writer.Write("hello"u8);
        Assert.Empty(Directory.GetFiles(_directory["ingest"]));
        File.WriteAllText(_directory["ingest/left-by-a-crash"], "x");
        Assert.Empty(new ContentStore(_directory.Path).All);
        Assert.Empty(Directory.GetFiles(_directory["ingest"]));
    }

    [Theory]
    [InlineData("sha256:../../../etc/passwd")]
    [InlineData("sha256:abc")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("")]
    public void ADigestIsNoPath(string digest)
    {
        ContentStore store = new(_directory.Path);
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => store.PathOf(digest)).Kind);
    }

    [Fact]
    public void WhatIsLeftOfADownloadGoesUnlessSomebodyGoesOnWithIt()
    {
        ContentStore store = new(_directory.Path);
        string kept = Digest.Of("kept"u8), left = Digest.Of("left"u8), whole = store.Put("whole"u8);
        using (PartialBlob partial = store.BeginPartial(left)) partial.Write("le"u8);
        store.SetAside(whole);
        store.SetAside(kept);
        Assert.False(store.Contains(whole));
        using (PartialBlob partial = store.BeginPartial(whole))
        {
            Assert.Equal(5, partial.Length);
            partial.Commit(static _ => { });
        }
        Assert.Equal("whole"u8.ToArray(), store.Read(whole, 100));
        using (PartialBlob partial = store.BeginPartial(kept))
        {
            partial.Write("ke"u8);
            Assert.Equal(0, store.RemovePartials(TimeSpan.FromHours(1)));
            Assert.Equal(2, store.RemovePartials(TimeSpan.Zero));
        }
        Assert.Equal((true, false), (store.HasPartial(kept), store.HasPartial(left)));
        Assert.Equal(2, store.RemovePartials(TimeSpan.Zero));
    }

    [Fact]
    public void AStoreThatIsOpenedADayLaterRemovesWhatIsLeftOfDownloads()
    {
        string left = Digest.Of("left"u8);
        using (PartialBlob partial = new ContentStore(_directory.Path).BeginPartial(left)) partial.Write("le"u8);
        Assert.True(new ContentStore(_directory.Path, new Later(TimeSpan.FromHours(23))).HasPartial(left));
        Assert.False(new ContentStore(_directory.Path, new Later(TimeSpan.FromHours(25))).HasPartial(left));
    }

    [Fact]
    public void DocumentsAreBounded()
    {
        ContentStore store = new(_directory.Path);
        string digest = store.Put(new byte[1000]);
        Assert.Throws<GantryException>(() => store.Read(digest, 999));
    }
}
