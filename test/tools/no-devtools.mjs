// Stands in for react-devtools-core and the WebSocket client that it takes along: ink asks for them only when it is debugged.
export default {};
