using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.AspNetCore.Approvals;
using Ganglion.AspNetCore.DeadLetters;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Health;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Pipeline;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.States;
using Ganglion.AspNetCore.Supervision;
using Ganglion.AspNetCore.Topics;

namespace Ganglion.AspNetCore.Requests;

/// <summary>
/// The JSON of the API's envelopes: camelCase, nothing where there is nothing, and no unknown members in requests, so that a
/// misspelt setting is an error and not ignored.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(TopicList))]
[JsonSerializable(typeof(TopicView))]
[JsonSerializable(typeof(TopicRequest))]
[JsonSerializable(typeof(AppendRequest))]
[JsonSerializable(typeof(AppendResult))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(GroupView))]
[JsonSerializable(typeof(ResetRequest))]
[JsonSerializable(typeof(JoinedView))]
[JsonSerializable(typeof(EndView))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(RedriveRequest))]
[JsonSerializable(typeof(DiscardRequest))]
[JsonSerializable(typeof(DecisionResult))]
[JsonSerializable(typeof(StateView))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(PipelineView))]
[JsonSerializable(typeof(SupervisionView))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(ApprovalDetailsView))]
[JsonSerializable(typeof(ApprovalActRequest))]
[JsonSerializable(typeof(ApprovalBatchRequest))]
[JsonSerializable(typeof(ApprovalBatchResult))]
[JsonSerializable(typeof(ApprovalStatsList))]
[JsonSerializable(typeof(QueueList))]
[JsonSerializable(typeof(BudgetList))]
[JsonSerializable(typeof(BudgetRequest))]
[JsonSerializable(typeof(PauseList))]
[JsonSerializable(typeof(PauseChangeList))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(ResumeResult))]
[JsonSerializable(typeof(RouteList))]
[JsonSerializable(typeof(RouteChangeList))]
[JsonSerializable(typeof(RouteRequest))]
[JsonSerializable(typeof(StageRequest))]
[JsonSerializable(typeof(RehearsalView))]
[JsonSerializable(typeof(TopologyView))]
[JsonSerializable(typeof(GuardReplayRequest))]
[JsonSerializable(typeof(GuardReplayLine))]
[JsonSerializable(typeof(ShadowDifferenceView))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As it goes over the wire. It is data, never part of a page: quotes and letters of all languages stay readable.</summary>
    public static ApiJson Wire => field ??=
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
