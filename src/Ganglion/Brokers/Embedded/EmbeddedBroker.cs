using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Brokers.Embedded;

/// <summary>
/// A broker inside the process: a durable log in a data folder, or a volatile one in memory. One process opens a data folder at a
/// time; many brokers of different folders may live in one process.
/// </summary>
public sealed partial class EmbeddedBroker : IEventBroker
{
    private readonly EmbeddedBrokerOptions _options;
    private readonly Committer _committer;
    private readonly TopicCatalog _topics;
    private readonly CancellationTokenSource _closing = new();

    private EmbeddedBroker(EmbeddedBrokerOptions options, string system, ITopicStore store, ICommitLog? log)
    {
        _options = options;
        System = system;
        _topics = new TopicCatalog(options, store);
        _committer = new Committer(log, options.FlushInterval, options.TimeProvider);
        _coordinator = new GroupCoordinator(_topics, options.TimeProvider);
        _groups = new GroupAdministration(_coordinator, _topics, NewProducer());
        _topics.Deleted = deleted => _groups.ForgetAsync(name => name == deleted.Name);
    }

    /// <inheritdoc/>
    public string System { get; }

    /// <inheritdoc/>
    public ITopicAdministration Topics => _topics;

    /// <summary>
    /// Creates a broker that keeps everything in memory: the same behaviour as the durable one, and nothing left when the process
    /// ends. For tests, and for work that may be lost.
    /// </summary>
    /// <param name="options">How it keeps its log; <see cref="EmbeddedBrokerOptions.FlushInterval"/> and the cache size have no meaning here.</param>
    public static EmbeddedBroker CreateVolatile(EmbeddedBrokerOptions? options = null) =>
        new(options ?? new EmbeddedBrokerOptions(), "embedded-volatile", new VolatileTopicStore(), log: null);

    /// <inheritdoc/>
    public ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default) =>
        new(NewProducer(_fences.Enter(options?.TransactionalId)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _coordinator.Dispose();
        await _committer.DisposeAsync().ConfigureAwait(false);
        _topics.Dispose();
    }

    private EmbeddedProducer NewProducer(Action? fence = null) => new(_topics, _committer, _coordinator, fence);

    private readonly ProducerFences _fences = new();
}
