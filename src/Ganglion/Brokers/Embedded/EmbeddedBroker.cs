using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Embedded;

/// <summary>
/// A broker inside the process: a durable log in a data folder, or a volatile one in memory. One process opens a data folder at a
/// time; many brokers of different folders may live in one process.
/// </summary>
public sealed partial class EmbeddedBroker : IEventBroker
{
    private readonly EmbeddedBrokerOptions _options;
    private readonly ICommitLog? _log;
    private readonly Committer _committer;
    private readonly ClientMetrics _metrics;
    private readonly TopicCatalog _topics;
    private readonly LogCleaner _cleaner;
    private readonly ProducerFences _fences = new();
    private readonly CancellationTokenSource _closing = new();
    private bool _disposed;

    private EmbeddedBroker(EmbeddedBrokerOptions options, string system, TopicCatalog topics, ICommitLog? log)
    {
        _options = options;
        _log = log;
        System = system;
        _topics = topics;
        try
        {
            _metrics = new ClientMetrics(options.MeterFactory);
            _committer = new Committer(log, options.FlushInterval, options.TimeProvider);
            _coordinator = new GroupCoordinator(_topics, options.TimeProvider);
            Own = NewProducer(fence: null, isOwn: true, metrics: null);
            _groups = new GroupAdministration(_coordinator, _topics, Own, options.LoggerFactory.CreateLogger<GroupAdministration>());
            _topics.Deleted = deleted => _groups.ForgetAsync(name => name == deleted.Name);
            _cleaner = new LogCleaner(topics, options);
        }
        catch
        {
            // Loggers, meters and the clock are not the broker's. If one of them throws, no thread and no file is left behind.
            _coordinator?.Dispose();
            _committer?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _metrics?.Dispose();
            log?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string System { get; }

    /// <inheritdoc/>
    public ITopicAdministration Topics => _topics;

    /// <summary>The topics, for those who know what is inside.</summary>
    internal TopicCatalog Catalog => _topics;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _options.TimeProvider;

    /// <summary>Whose instruments tell what is measured of the broker; null: its own.</summary>
    internal IMeterFactory? Meters => _options.MeterFactory;

    /// <summary>Who writes, for those who write batches that are built already.</summary>
    internal Committer Committer => _committer;

    /// <summary>The groups, for those who know what is inside.</summary>
    internal GroupCoordinator Coordinator => _coordinator;

    /// <summary>Writes to the broker's own topics.</summary>
    internal EmbeddedProducer Own { get; }

    /// <summary>
    /// Opens the durable broker of a data folder; makes the folder if it is not there. After a crash it recovers first: every
    /// acknowledged event is there, and no half of an atomic commit. With a <see cref="EmbeddedBrokerOptions.FlushInterval"/> that holds
    /// when the process has ended; if the machine failed, commits of the last interval may be lost, or be there in part.
    /// </summary>
    /// <param name="folder">The data folder. One process at a time holds it.</param>
    /// <param name="options">How it keeps its log.</param>
    /// <param name="cancellationToken">Gives up; the folder is released again.</param>
    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message. Nothing was touched.</exception>
    /// <exception cref="StorageException">
    /// Another process holds the folder (<c>data-folder-locked</c>), a newer version wrote it (<c>data-folder-version-unsupported</c>), or
    /// it cannot be read or written.
    /// </exception>
    public static async Task<EmbeddedBroker> OpenAsync(
        string folder, EmbeddedBrokerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new EmbeddedBrokerOptions();
        EmbeddedBrokerRules.Check(options);
        EmbeddedBroker broker = await Task.Run(() => Open(folder, options), cancellationToken).ConfigureAwait(false);
        try
        {
            await broker._groups.RestoreAsync(cancellationToken).ConfigureAwait(false);
            await broker.BeginAbortingTransactionsAsync(cancellationToken).ConfigureAwait(false);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Creates a broker that keeps everything in memory: the same behaviour as the durable one, and nothing left when the process
    /// ends. For tests, and for work that may be lost.
    /// </summary>
    /// <param name="options">How it keeps its log; <see cref="EmbeddedBrokerOptions.FlushInterval"/> and the cache size have no meaning here.</param>
    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static EmbeddedBroker CreateVolatile(EmbeddedBrokerOptions? options = null)
    {
        options ??= new EmbeddedBrokerOptions();
        EmbeddedBrokerRules.Check(options);
        return new EmbeddedBroker(options, "embedded-volatile", new TopicCatalog(options, new VolatileTopicStore()), log: null);
    }

    /// <inheritdoc/>
    public async ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default)
    {
        Action? fence = _fences.Enter(options?.TransactionalId);
        if (fence is not null)
        {
            // What the older producer has on its way is to be seen by whoever looks next.
            await _committer.WhenSettledAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return NewProducer(fence, isOwn: false, _metrics);
    }

    /// <summary>Commits what has been handed over, brings it to the disk, and releases the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        // From the last line to the first, each whatever becomes of the others: the folder is released in any case.
        using ClientMetrics metrics = _metrics;
        using TopicCatalog topics = _topics;
        using ICommitLog? log = _log;
        await using ConfiguredAsyncDisposable committer = _committer.ConfigureAwait(false);
        using GroupCoordinator coordinator = _coordinator;
        await using ConfiguredAsyncDisposable cleaner = _cleaner.ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
    }

    private static EmbeddedBroker Open(string path, EmbeddedBrokerOptions options)
    {
        DataFolder folder = DataFolder.Open(path, options.TimeProvider);
        var store = new FolderTopicStore(folder);
        try
        {
            var topics = new TopicCatalog(options, store);
            long now = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (Partition partition in topics.All.SelectMany(topic => topic.Partitions))
            {
                partition.RestoreProducers(now);
            }

            var log = new CommitLog(folder.Commits, CommitEpoch.Begin(folder.Commits, store.Epoch), new TailBudget(options.TailCacheBytes));
            return new EmbeddedBroker(options, "embedded", topics, log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            store.Dispose();
            throw Disk.Explain(exception, folder.Root);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private EmbeddedProducer NewProducer(Action? fence, bool isOwn, ClientMetrics? metrics) =>
        new(_topics, _committer, _coordinator, fence, isOwn, metrics);
}
