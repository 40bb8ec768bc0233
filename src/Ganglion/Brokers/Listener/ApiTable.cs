using System.Collections.Frozen;
using Ganglion.Brokers.Listener.Apis;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener;

/// <summary>The requests that are served, by their numbers.</summary>
internal sealed class ApiTable
{
    private readonly FrozenDictionary<short, Api> _apis;

    public ApiTable(ListenerContext context)
    {
        Api[] apis =
        [
            new ProduceApi(context),
            new FetchApi(context),
            new ListOffsetsApi(context),
            new MetadataApi(context),
            new OffsetCommitApi(context),
            new OffsetFetchApi(context),
            new FindCoordinatorApi(context),
            new JoinGroupApi(context),
            new HeartbeatApi(context),
            new LeaveGroupApi(context),
            new SyncGroupApi(context),
            new DescribeGroupsApi(context),
            new ListGroupsApi(context),
            new SaslHandshakeApi(),
            new ApiVersionsApi(() => All),
            new CreateTopicsApi(context),
            new DeleteTopicsApi(context),
            new DeleteRecordsApi(context),
            new DescribeConfigsApi(context),
            new AlterConfigsApi(context),
            new CreatePartitionsApi(context),
            new InitProducerIdApi(context),
            new OffsetForLeaderEpochApi(context),
            new AddPartitionsToTxnApi(context),
            new AddOffsetsToTxnApi(context),
            new EndTxnApi(context),
            new TxnOffsetCommitApi(context),
            new SaslAuthenticateApi(),
            new DeleteGroupsApi(context),
            new IncrementalAlterConfigsApi(context),
            new OffsetDeleteApi(context),
            new DescribeClusterApi(context),
            new DescribeProducersApi(context),
            new DescribeTransactionsApi(context),
            new ListTransactionsApi(context),
            new ConsumerGroupHeartbeatApi(context),
            new ConsumerGroupDescribeApi(context),
        ];
        _apis = apis.ToFrozenDictionary(api => (short)api.Key);
    }

    /// <summary>All of them, in the order of their numbers.</summary>
    public IEnumerable<Api> All => _apis.Values.OrderBy(api => api.Key);

    /// <summary>What serves a version of a request; null if nothing does.</summary>
    public Api? Find(short key, short version) =>
        _apis.TryGetValue(key, out Api? api) && version >= api.MinVersion && version <= api.MaxVersion ? api : null;

    /// <summary>Answers what is not served.</summary>
    /// <exception cref="MalformedRequestException">There is no answer that the client would understand.</exception>
    public void WriteUnsupported(short key, short version, WireWriter response)
    {
        if (key != (short)ApiKey.ApiVersions)
        {
            throw new MalformedRequestException($"Version {version} of request {key} is not served.");
        }

        ApiVersionsApi.WriteOldest(response, All, ErrorCode.UnsupportedVersion);
    }
}
